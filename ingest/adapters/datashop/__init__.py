"""DataShop exports, both kinds: transactions and student-steps (Koedinger et al. 2010; PSLC DataShop help pages)."""
