/**
 * Countries under comprehensive sanctions of the US Treasury's Office of Foreign Assets Control, as of November 2026: Cuba (31 CFR 515), Iran
 * (31 CFR 560) and North Korea (31 CFR 510). Source: OFAC, "Sanctions Programs and Country Information".
 *
 * Not here: countries where single persons or sectors are listed (Russia, Belarus, Venezuela …); Syria, whose programme ended on 30 June
 * 2025 (Executive Order 14312); Crimea, Donetsk and Luhansk, which are regions and have no country code of their own.
 */
export const OFAC_COUNTRIES: ReadonlySet<string> = new Set(['CU', 'IR', 'KP'])
