import { readCurated } from './read-curated.ts'

/**
 * Countries under comprehensive sanctions of the US Treasury's Office of Foreign Assets Control, as of November 2026, each with the
 * regulation that says so (`curated/ofac-countries.csv`). Source: OFAC, "Sanctions Programs and Country Information".
 *
 * Not listed: countries where only persons or sectors are sanctioned (Russia, Belarus, Venezuela …); Syria, whose programme ended on 30 June
 * 2025 (Executive Order 14312); Crimea, Donetsk and Luhansk, which are regions without a country code.
 */
export const OFAC_COUNTRIES: ReadonlySet<string> = new Set(
  readCurated('ofac-countries.csv', ['code', 'country', 'comment']).map(({ code }) => code),
)
