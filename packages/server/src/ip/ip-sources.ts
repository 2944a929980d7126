import type { CityData } from './city-data.ts'
import type { ShippedData } from './load-shipped-data.ts'
import type { ShippedLists } from './load-shipped-lists.ts'
import type { RangeLists } from './range-lists.ts'

/** The data sets as read, before `createIpData` prepares them for look-ups. */
export interface IpSources {
  shipped: ShippedData
  shippedLists: ShippedLists
  /** The installed lists. */
  lists: RangeLists
  /** Why no installed list can be used. */
  listsProblem?: string
  city: CityData | undefined
  cityProblem?: string
}
