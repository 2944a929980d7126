/** The angle in radians between two places on a sphere (haversine). Times the radius, it is their distance. */
export function angleBetween(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  const radians = Math.PI / 180
  const sinLatitude = Math.sin(((latitude2 - latitude1) * radians) / 2)
  const sinLongitude = Math.sin(((longitude2 - longitude1) * radians) / 2)
  const h = sinLatitude * sinLatitude + Math.cos(latitude1 * radians) * Math.cos(latitude2 * radians) * sinLongitude * sinLongitude
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)))
}
