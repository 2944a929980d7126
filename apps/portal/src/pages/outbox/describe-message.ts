import type { Answer } from '../../api/api.ts'

type Outbox = Answer<'get', '/outbox'>
export type Message = Outbox['messages'][number]

const kinds: Readonly<Record<string, string>> = {
  admin_invitation: 'Invitation to the portal',
  admin_passkey_added: 'Passkey added',
  admin_passkey_removed: 'Passkey removed',
  admin_recovery_code_used: 'Recovery code used',
  admin_recovery_codes_created: 'New recovery codes',
  admin_role_changed: 'Role changed',
  admin_removed: 'Access removed',
  admin_address_changed: 'Mail address changed',
  proposal_waits: 'A change waits for approval',
  sign_in_link: 'Link to confirm an action',
  code_by_mail: 'Code by mail',
  code_by_phone: 'Code to a phone',
  authenticator_added: 'Sign-in method added',
  authenticator_removed: 'Sign-in method removed',
  recovery_used: 'Account recovered',
  recovery_codes_regenerated: 'New recovery codes of a user',
  new_device: 'New device of a user',
  dispute_opened: 'Action reported',
  enrolment_link_issued: 'Recovery link',
}

/** What a message is about. A kind of a newer server has its own name. */
export function kindInWords(kind: string): string {
  return Object.hasOwn(kinds, kind) ? (kinds[kind] ?? kind) : kind.replaceAll('_', ' ')
}

/** What the page says first: whether mail leaves, and what became of the latest. */
export function outboxSentence({ mail, messages }: Outbox): string {
  const count = messages.length
  if (mail.state === 'not_set_up') {
    if (count === 0) return 'No mail server is set up, so messages to people are kept here. None was written yet.'
    return `No mail server is set up: ${count === 1 ? 'the last message is' : `the last ${count} messages are`} kept here, and ${count === 1 ? 'was' : 'were'} sent to nobody.`
  }
  const failed = messages.filter(({ state }) => state === 'failed').length
  const lately =
    count === 0 ? 'Nothing was sent since this server started.' : `Of the last ${count}, ${failed === 0 ? 'none' : failed} failed.`
  if (mail.state === 'failing')
    return `A mail server is set up, but it cannot be used: ${mail.problem ?? 'the reason is unknown'}. ${lately}`
  return `A mail server is set up${mail.state === 'working' ? ' and takes mail' : ''}. ${lately}`
}

/** The HTML of a message for a frame of this page, in the colours of one theme. The policy of the portal allows its style because of the nonce. */
export function framedHtml(html: string, nonce: string, theme: 'light' | 'dark'): string {
  return html
    .replace('<style>', `<style nonce="${nonce}">`)
    .replace('color-scheme:light dark', `color-scheme:${theme}`)
    .replace('(prefers-color-scheme:dark)', theme === 'dark' ? 'all' : 'not all')
}
