/** Does work by key, one of each at a time: what comes while it is under way is refused with what `refuse` makes. */
export type OneAtATime = <T>(key: string, work: () => Promise<T>) => Promise<T>

export function createOneAtATime(refuse: () => Error): OneAtATime {
  const underWay = new Set<string>()
  return async (key, work) => {
    if (underWay.has(key)) throw refuse()
    underWay.add(key)
    try {
      return await work()
    } finally {
      underWay.delete(key)
    }
  }
}
