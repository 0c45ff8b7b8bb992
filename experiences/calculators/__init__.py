"""Pure rules that experiences share: frozen values in, frozen values out; the same in gives the same out."""
