-- French order for what people read: « é » beside « e », capitals beside small letters, digits by value.
CREATE COLLATION francais (provider = icu, locale = 'fr-u-kn-true');
