import { chanceWords } from './limit-words.ts'
import type { Preview } from './use-preview.ts'

export interface PreviewRow {
  id: string
  what: string
  of: (preview: Preview) => string | undefined
}

const count = (number: number | undefined) => number?.toLocaleString('en')
const many = (number: number, one: string) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`

/** What a preview says, line by line. */
const rows: readonly PreviewRow[] = [
  { id: 'one', what: 'Guesses at one user in a day', of: ({ guessing }) => count(guessing?.oneUser.triesPerDay) },
  {
    id: 'chance',
    what: 'Chance that one of them is right',
    of: ({ guessing }) => guessing && chanceWords(guessing.oneUser.chancePerDay),
  },
  {
    id: 'all',
    what: 'Guesses at all users together in a day',
    of: ({ guessing }) =>
      guessing?.allUsers.users ? `${count(guessing.allUsers.triesPerDay)}, at ${many(guessing.allUsers.users, 'user')}` : undefined,
  },
  {
    id: 'all-chance',
    what: 'Chance that one of those is right',
    of: ({ guessing }) => (guessing?.allUsers.users ? chanceWords(guessing.allUsers.chancePerDay) : undefined),
  },
  { id: 'sent', what: 'Messages to one user in a day, at most', of: ({ sending }) => count(sending?.mostPerUserAndDay) },
  { id: 'sent-all', what: 'Messages to everybody in a day, at most', of: ({ sending }) => count(sending?.mostPerDay) },
  { id: 'cost', what: 'What they can cost in a day, at most', of: ({ sending }) => count(sending?.mostCostPerDay) },
  {
    id: 'stopped',
    what: 'Users of the last 30 days whose right answer would have been stopped',
    of: ({ history: { answers } }) => answers && stoppedWords(answers, 'right answer'),
  },
  {
    id: 'unsent',
    what: 'Users of the last 30 days whose message would not have been sent',
    of: ({ history: { sends } }) => sends && stoppedWords(sends, 'answered message'),
  },
]

/** The lines that say something of this method. */
export function previewRows(preview: Preview): PreviewRow[] {
  return rows.filter(({ of }) => of(preview) !== undefined)
}

type Stopped = NonNullable<Preview['history']['answers']>

function stoppedWords({ usersStopped, right, isComplete }: Stopped, one: string): string {
  return `${count(usersStopped)} (${many(right, one)}${isComplete ? '' : ', the newest'})`
}
