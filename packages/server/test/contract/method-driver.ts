import type { Method } from '../../src/methods/method.ts'
import type { Answer, Ceremonies, Headers } from '../support/test-ceremony.ts'

/** How the contract of methods speaks to one of them over HTTP. `Device` is what a user holds. */
export interface MethodDriver<Device> {
  method: Method
  /** Members of its configuration besides `isActive`. */
  settings: Record<string, unknown>
  /** `users export` and `users import` carry an authenticator that goes on working. Else the import refuses it. */
  isPortable: boolean
  /** It takes codes: a wrong one is a reply that says so, not an error (wire API). The code is the whole answer, so that it names no challenge. */
  takesCodes?: boolean
  /** Its right answers are no guesses, so that wrong ones keep nobody from them. */
  passesWhileThrottled?: boolean
  /** Nothing is asked before it answers: `beginChallenge` makes no request. */
  asksNothing?: boolean
  /** It is bound in one step: `beginBinding` binds it, and nothing proves it before its first answer. */
  bindsAtOnce?: boolean
  /** Who asked collects the answer with a code, not with the token. */
  isCollectedByCode?: boolean
  /** Answers to a binding that are judged. Default 1. */
  bindingTries?: number
  /** A passed challenge binds nothing: it is a way back in, and no proof (RC-05). */
  isRecovery?: boolean
  /** A user has one at most: the next one replaces it. */
  isOnly?: boolean
  /** What the tenant sets up besides the method, so that `transfer` takes it. */
  prepare?(client: Ceremonies, headers: Headers): Promise<void>
  /** Messages that a user is sent at most without a pause: tests that need more are left out. Default: it sends none. */
  mostSends?: number
  /** How long a challenge can be answered. Default five minutes. */
  lifetimeMs?: number
  beginBinding(client: Ceremonies, headers: Headers): Promise<Answer>
  finishBinding(client: Ceremonies, headers: Headers, begun: Answer, isRight: boolean): Promise<{ device: Device; answer: Answer }>
  beginChallenge(client: Ceremonies, headers: Headers): Promise<Answer>
  answerChallenge(
    client: Ceremonies,
    headers: Headers,
    begun: Answer,
    device: Device,
    isRight: boolean,
    extra?: { deviceId: string },
  ): Promise<Answer>
  /** What must not show anywhere. */
  secretsOf(device: Device): string[]
}
