import type { Answer } from '../../api/api.ts'
import { methodWords } from '../../parts/method-words.ts'

export type ListedUser = Answer<'get', '/users'>['users'][number]

interface Named {
  userId: string
  displayName?: string | undefined
  email?: string | undefined
  username?: string | undefined
}

/** What people call the user: the name, else the e-mail address, else the id. */
export function nameOf({ displayName, email, username, userId }: Named): string {
  return [displayName, email, username].find((name) => name !== undefined && name.trim() !== '') ?? userId
}

/** `passkey and e-mail code`; `nothing`. */
export function enrolledWords(enrolled: readonly string[] = []): string {
  if (enrolled.length === 0) return 'nothing'
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(enrolled.map(methodWords))
}

/** What the list shows, in a sentence. Nobody counts a million users for it. */
export function listSentence(text: string, shown: number, hasMore: boolean): string {
  const many = shown.toLocaleString('en')
  if (text === '')
    return 'Everybody your application has named, by id. Search by the beginning of an id, an e-mail address, a user name or a phone number.'
  if (shown === 0 && !hasMore) return 'Nobody is found by this.'
  if (hasMore) return `More than ${many} users are found by this: type a little more.`
  return shown === 1 ? 'One user is found by this.' : `${many} users are found by this.`
}
