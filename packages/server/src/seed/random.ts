import { hash } from 'node:crypto'

/** Random numbers that are the same for the same seed. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A whole number, both ends included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** By the weight at the same place. */
  pickByWeight<T>(items: readonly T[], weightOf: (item: T) => number): T
  /** Up to `count` different items, in random order. */
  sample<T>(items: readonly T[], count: number): T[]
  /** Logarithmically normal: half of the values are below the median, few are far above. */
  skewed(median: number, sigma: number): number
  /** Version 4 (RFC 9562). */
  uuid(): string
  /** Ten digits of base 36: enough to be unique among millions. */
  key(): string
  /** Random numbers for a part of the work: what other parts draw does not change them. */
  fork(name: string | number): Random
}

/** Uses `sfc32`, which passes PractRand, seeded with a hash of the text. */
export function createRandom(seed: string): Random {
  const digest = hash('sha256', seed, 'buffer')
  let [a, b, c, counter] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)]
  for (let i = 0; i < 12; i += 1) nextWord()

  function nextWord(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  function next(): number {
    return nextWord() / 4_294_967_296
  }

  function whole(least: number, most: number): number {
    return least + Math.floor(next() * (most - least + 1))
  }

  function pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('there is nothing to pick from')
    return items[whole(0, items.length - 1)] as T
  }

  return {
    next,
    whole,
    pick,
    chance: (probability) => next() < probability,
    pickByWeight(items, weightOf) {
      let left = next() * items.reduce((sum, item) => sum + weightOf(item), 0)
      for (const item of items) {
        left -= weightOf(item)
        if (left < 0) return item
      }
      return pick(items)
    },
    sample(items, count) {
      const left = [...items]
      const taken = []
      while (left.length > 0 && taken.length < count) taken.push(...left.splice(whole(0, left.length - 1), 1))
      return taken
    },
    skewed(median, sigma) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return median * Math.exp(sigma * normal)
    },
    uuid() {
      const [high, middle, low, last] = [hex(nextWord()), hex(nextWord()), hex(nextWord()), hex(nextWord())]
      const variant = '89ab'[low.charCodeAt(0) % 4]
      return `${high}-${middle.slice(0, 4)}-4${middle.slice(5)}-${variant}${low.slice(1, 4)}-${low.slice(4)}${last}`
    },
    key: () => (nextWord() * 1_048_576 + (nextWord() >>> 12)).toString(36).padStart(10, '0').slice(-10),
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

function hex(word: number): string {
  return (word + 4_294_967_296).toString(16).slice(1)
}
