/** What is known of how far somebody is. `undefined`: not known yet. */
export interface Known {
  isOriginAllowed: boolean | undefined
  hasAction: boolean | undefined
  hasKey: boolean
  hasTrack: boolean | undefined
  isEnrolled: boolean | undefined
  hasPassed: boolean | undefined
}

export const stepIds = ['origin', 'action', 'key', 'server', 'page', 'challenge'] as const
export type StepId = (typeof stepIds)[number]

/** Which steps are done. A later one shows that the earlier ones on its way were: nobody tracks without a key. */
export function doneSteps({ isOriginAllowed, hasAction, hasKey, hasTrack, isEnrolled, hasPassed }: Known): ReadonlySet<StepId> {
  const done = new Set<StepId>()
  if (isOriginAllowed) done.add('origin')
  if (hasAction) done.add('action')
  if (hasKey || hasTrack) done.add('key')
  if (hasTrack) done.add('server')
  if (isEnrolled || hasPassed) done.add('page')
  if (hasPassed) done.add('challenge')
  return done
}

const titles: Readonly<Record<StepId, string>> = {
  origin: 'say where your application runs',
  action: 'name the action',
  key: 'take a secret key',
  server: 'ask from your server',
  page: 'add a passkey in your page',
  challenge: 'pass the first challenge',
}

/** How far it is, and what comes next. */
export function sentenceOfSteps(done: ReadonlySet<StepId>): string {
  const next = stepIds.find((id) => !done.has(id))
  if (next === undefined)
    return 'Your application asked, and a passkey answered: the first challenge is passed. For another application, create its action in step 2.'
  const left = stepIds.length - done.size
  return `${left === stepIds.length ? 'Six steps' : left === 1 ? 'One more step' : `${left} more steps`} to the first challenge of your own application. Next: ${titles[next]}.`
}
