import type { CityData } from './city-data.ts'
import type { ShippedData } from './load-shipped-data.ts'
import type { RangeLists } from './range-lists.ts'

/** The data sets as read, before `createIpData` prepares them for look-ups. */
export interface IpSources {
  shipped: ShippedData
  lists: RangeLists
  /** Why no list at all can be used. */
  listsProblem?: string
  city: CityData | undefined
  cityProblem?: string
}
