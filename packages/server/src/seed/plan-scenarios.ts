import { createRecipient, type Period } from './create-people.ts'
import { drawAddress, type LookUp } from './draw-address.ts'
import { countries, torExits, vpnExits } from './networks.ts'
import { trackOf } from './plan-person.ts'
import type { DemoAction, PlannedTrack } from './planned-step.ts'
import type { Random } from './random.ts'
import { deviceModels, torBrowser } from './user-agents.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

interface Scenario {
  userId: string
  name: string
  amount: number
  connectsFrom: 'home' | 'vpn' | 'tor'
}

/** The four users that show how adaptive MFA decides. Each pays from the same place every few days; the last payment is a few hours old. */
export const scenarios: readonly Scenario[] = [
  { userId: 'victor-vpn', name: 'Victor Price', amount: 100, connectsFrom: 'vpn' },
  { userId: 'hannah-high-amount', name: 'Hannah Cole', amount: 3000, connectsFrom: 'home' },
  { userId: 'nora-normal-amount', name: 'Nora Hill', amount: 500, connectsFrom: 'home' },
  { userId: 'theo-tor', name: 'Theo Brandt', amount: 50, connectsFrom: 'tor' },
]

/** What the four do: a passkey at home, a payment that makes the home trusted, then what each is there for. */
export function planScenarios(random: Random, lookUp: LookUp, { from, until }: Period): PlannedTrack[] {
  const [country] = countries
  if (country === undefined) return []
  return scenarios.flatMap((scenario) => {
    const chances = random.fork(scenario.userId)
    const { userId, name, amount } = scenario
    const person = { userId, email: `${userId.replaceAll('-', '.')}@example.com`, hasPasskey: true, name }
    const own = { deviceId: chances.uuid(), model: chances.pick(deviceModels.filter(({ kind }) => kind === 'computer')) }
    const home = drawAddress(chances, lookUp, chances.pick(country.homes))
    const hidden = scenario.connectsFrom === 'tor' ? torExits : vpnExits
    const place = () => (scenario.connectsFrom === 'home' ? home : drawAddress(chances, lookUp, chances.pick(hidden)))
    const device = scenario.connectsFrom === 'tor' ? { deviceId: own.deviceId, model: { userAgent: () => torBrowser } } : own
    const recipient = createRecipient(chances, 'Sam Reyes')
    const steps: PlannedTrack[] = []
    const act = (at: number, ipAddress: string, action: DemoAction, custom?: object, more?: Partial<PlannedTrack>) =>
      steps.push({ ...trackOf(chances, person, { at, ipAddress, device }, action, custom), answer: 'passes', ...more })
    const start = from + 0.1 * (until - from)
    act(start, home, 'sign-in')
    act(start + 60_000, home, 'enroll-passkey', undefined, { addsPasskey: true })
    act(start + 180_000, home, 'adaptive-mfa-transfer', { transactionValue: 1200, recipient })
    const first = start + 2 * dayMs
    for (let at = first; at < until - dayMs; at += chances.whole(2, 6) * dayMs) {
      const ipAddress = place()
      act(at, ipAddress, 'sign-in')
      // The first time, the prompt is a surprise.
      const answer = at === first ? 'gives_up' : 'passes'
      act(at + 90_000, ipAddress, 'adaptive-mfa-transfer', { transactionValue: amount, recipient }, { answer })
    }
    act(until - (1 + chances.next()) * hourMs, place(), 'adaptive-mfa-transfer', { transactionValue: amount, recipient })
    return steps
  })
}
