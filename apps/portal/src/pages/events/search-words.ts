/** The words of the search box: what each field is called, and what its values are. */

export interface Vocabulary {
  actions: readonly string[]
  rules: readonly { ruleId: string; name: string; actionCode: string }[]
}

type Field =
  | 'userId'
  | 'ipAddress'
  | 'country'
  | 'deviceId'
  | 'ruleId'
  | 'state'
  | 'action'
  | 'outcome'
  | 'label'
  | 'isDisputed'
  | 'order'
  | 'time'
  | 'text'

/** Every name that stands before a colon, with the filter behind it. */
export const fields: Readonly<Record<string, Field>> = {
  user: 'userId',
  userid: 'userId',
  ip: 'ipAddress',
  address: 'ipAddress',
  ipaddress: 'ipAddress',
  country: 'country',
  device: 'deviceId',
  deviceid: 'deviceId',
  rule: 'ruleId',
  ruleid: 'ruleId',
  state: 'state',
  action: 'action',
  outcome: 'outcome',
  label: 'label',
  disputed: 'isDisputed',
  isdisputed: 'isDisputed',
  order: 'order',
  time: 'time',
  text: 'text',
}

/** What people look for by a name that the search does not keep apart: it is found among all words. */
export const textFields: Readonly<Record<string, string>> = {
  email: 'the e-mail address',
  mail: 'the e-mail address',
  phone: 'the phone number',
  name: 'the name',
  username: 'the name',
  key: 'the key',
  idempotencykey: 'the key',
}

/** What events have, and a search cannot be narrowed to. */
export const unsearchable: Readonly<Record<string, string>> = {
  score: 'the score',
  city: 'the city',
  network: 'the network',
  asn: 'the network',
  browser: 'the browser',
  os: 'the operating system',
  method: 'the verification method',
  sentence: 'the sentence',
}

export const outcomes: readonly string[] = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK']

const all = (before: string, ...ends: string[]) => ends.map((end) => `${before}_${end}`)

/** Words for states, and the states that they mean. */
export const stateWords: Readonly<Record<string, readonly string[]>> = {
  allow: ['ALLOW'],
  allowed: ['ALLOW'],
  block: ['BLOCK'],
  blocked: ['BLOCK'],
  challenge: all('CHALLENGE', 'REQUIRED', 'SUCCEEDED', 'FAILED'),
  challenged: all('CHALLENGE', 'REQUIRED', 'SUCCEEDED', 'FAILED'),
  asked: ['CHALLENGE_REQUIRED'],
  passed: ['CHALLENGE_SUCCEEDED'],
  failed: ['CHALLENGE_FAILED'],
  review: all('REVIEW', 'REQUIRED', 'SUCCEEDED', 'FAILED'),
  waiting: ['REVIEW_REQUIRED'],
  approved: ['REVIEW_SUCCEEDED'],
  rejected: ['REVIEW_FAILED'],
}

export const stateNames: readonly string[] = [
  'ALLOW',
  'BLOCK',
  ...all('CHALLENGE', 'REQUIRED', 'SUCCEEDED', 'FAILED'),
  ...all('REVIEW', 'REQUIRED', 'SUCCEEDED', 'FAILED'),
]
