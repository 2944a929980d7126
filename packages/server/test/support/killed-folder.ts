import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { createRandom } from '../fuzz/random.ts'
import { changed, decide, randomInstance, replace } from './searched-instances.ts'

// Decides, changes and folds on the database of the first argument until it is killed. Prints one line when it has begun.
const [databaseUrl = '', seed = '0'] = process.argv.slice(2)
const draws = createRandom(Number(seed))
const random = () => draws.integer(2 ** 30) / 2 ** 30
const store = await openPostgresStore({ databaseUrl, clock: () => 1_000 })
let next = Number(seed) * 1_000_000
const work = async () => {
  for (;;) {
    const instance = { ...randomInstance(random, 'one', next++), userId: `user-${next % 20}` }
    await decide(store, instance)
    if (next % 3 === 0) await replace(store, changed(random, instance))
    if (next % 10 === 0) await store.foldReadSide()
    process.stdout.write('.\n')
  }
}
await Promise.all(Array.from({ length: 8 }, work))
