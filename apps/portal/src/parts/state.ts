/** The colours of states. Each also has a word and a shape. */
export type Tone = 'allow' | 'challenge' | 'review' | 'block' | 'unknown'

interface Shown {
  word: string
  tone: Tone
  /** Filled: it is settled. Hollow: somebody still has to answer. Slashed: it was asked, and failed. */
  shape: 'filled' | 'hollow' | 'slashed'
}

const states: Readonly<Record<string, Shown>> = {
  ALLOW: { word: 'Allowed', tone: 'allow', shape: 'filled' },
  CHALLENGE: { word: 'Challenge', tone: 'challenge', shape: 'hollow' },
  CHALLENGE_REQUIRED: { word: 'Challenge asked', tone: 'challenge', shape: 'hollow' },
  CHALLENGE_SUCCEEDED: { word: 'Challenge passed', tone: 'allow', shape: 'filled' },
  CHALLENGE_FAILED: { word: 'Challenge failed', tone: 'block', shape: 'slashed' },
  REVIEW: { word: 'Review', tone: 'review', shape: 'hollow' },
  REVIEW_REQUIRED: { word: 'Waits for review', tone: 'review', shape: 'hollow' },
  REVIEW_SUCCEEDED: { word: 'Approved', tone: 'allow', shape: 'filled' },
  REVIEW_FAILED: { word: 'Rejected', tone: 'block', shape: 'slashed' },
  BLOCK: { word: 'Blocked', tone: 'block', shape: 'filled' },
}

/** The state of an action or the outcome of a rule as people see it. A state that this page does not know is unknown, and keeps its name. */
export function describeState(state: string | undefined): Shown {
  if (state === undefined) return { word: 'Unknown', tone: 'unknown', shape: 'hollow' }
  const known = Object.hasOwn(states, state) ? states[state] : undefined
  return known ?? { word: state.toLowerCase().replaceAll('_', ' '), tone: 'unknown', shape: 'hollow' }
}
