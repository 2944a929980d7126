interface Traffic {
  action: string
  events: { count: number }
  challenged: { count: number }
}

/** The first sentence of the page: how many actions there are, how often people are challenged, and where most. */
export function describeActions(count: number, traffic: readonly Traffic[] | undefined): string {
  if (count === 0) return 'What people do, and what is decided about it.'
  const many = count === 1 ? 'One action' : `${count} actions`
  if (traffic === undefined) return `${many}.`
  const events = sum(traffic.map((one) => one.events.count))
  const challenged = sum(traffic.map((one) => one.challenged.count))
  if (events === 0) return `${many}, and no events in this time.`
  if (challenged === 0) return `${many}; none of the ${events.toLocaleString()} events in this time was challenged.`
  const [most] = traffic.toSorted((a, b) => b.challenged.count - a.challenged.count)
  const where = count > 1 && most !== undefined ? `, most often ${most.action}` : ''
  return `${many}; of ${events.toLocaleString()} events in this time one in ${Math.round(events / challenged).toLocaleString()} was challenged${where}.`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
