import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fetchFeeds, publicSources, readFeedDirectory } from '../server/src/ip/update-feeds.ts'
import { writeSnapshot } from './write-snapshot.ts'

// `npm run ip-data -- --from DIR [--date YYYY-MM-DD]` builds the snapshot of the release from files, `npm run ip-data` from the public sources.

const { values } = parseArgs({ options: { from: { type: 'string' }, date: { type: 'string' } } })
const { from, date } = values
const dataDate = date === undefined ? undefined : Date.parse(`${date}T00:00:00Z`)
if (Number.isNaN(dataDate)) throw new RangeError(`\`${date}\` is not a day (YYYY-MM-DD)`)
const now = Date.now()
const offers = from === undefined ? await fetchFeeds(publicSources(), now) : readFeedDirectory(from, now, dataDate)
const lists = offers.map((offer) => {
  if (!('feed' in offer)) throw new RangeError(offer.reason ?? `${offer.name} was refused`)
  return offer
})
console.log(writeSnapshot(fileURLToPath(new URL('snapshot/', import.meta.url)), lists))
