"""OULAD: the Open University Learning Analytics Dataset (Kuzilek, Hlosta, Zdrahal 2017; CC BY 4.0)."""
