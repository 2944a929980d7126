import { isIP } from 'node:net'
import { foreign, say } from './line.ts'
import type { AdminMessageTexts, Moment } from './message-texts.ts'
import type { Part } from './part.ts'

/** The messages to admins, in English. */
export const english: AdminMessageTexts = {
  admin_invitation: ({ tenantName, role, invitedBy, url, expiresAt }) => ({
    subject: say`You are invited to the portal of ${foreign(tenantName)}`,
    parts: [
      {
        kind: 'paragraph',
        line:
          invitedBy === undefined
            ? say`You are invited to the Sallyport portal of ${foreign(tenantName)}, as ${article(role)}.`
            : say`${foreign(invitedBy)} invites you to the Sallyport portal of ${foreign(tenantName)}, as ${article(role)}.`,
      },
      {
        kind: 'paragraph',
        line: say`Open the link on the device where you want to keep your passkey. It works once, and expires on ${moment(expiresAt)}.`,
      },
      { kind: 'link', label: 'Set up your access', url },
    ],
    footer: say`Whoever opens the link becomes the admin: do not forward it. If you did not expect an invitation, ignore this mail.`,
  }),
  admin_passkey_added: (notice) => ({
    subject: say`A passkey was added to your account at ${foreign(notice.tenantName)}`,
    parts: [paragraph('A passkey was added to your account in the Sallyport portal. Whoever has it can sign in as you.'), facts(notice)],
    footer: notYou(notice.tenantName),
  }),
  admin_passkey_removed: (notice) => ({
    subject: say`A passkey was removed from your account at ${foreign(notice.tenantName)}`,
    parts: [paragraph('A passkey was removed from your account in the Sallyport portal. It no longer signs in.'), facts(notice)],
    footer: notYou(notice.tenantName),
  }),
  admin_recovery_code_used: (notice) => ({
    subject: say`A recovery code of your account at ${foreign(notice.tenantName)} was used`,
    parts: [
      paragraph(
        'Somebody used one of your recovery codes, created a new passkey for your account in the Sallyport portal, and signed in. Your other sessions have ended.',
      ),
      facts(notice),
    ],
    footer: notYou(notice.tenantName),
  }),
  admin_recovery_codes_created: (notice) => ({
    subject: say`New recovery codes for your account at ${foreign(notice.tenantName)}`,
    parts: [
      paragraph('New recovery codes were made for your account in the Sallyport portal. The earlier ones no longer work.'),
      facts(notice),
    ],
    footer: notYou(notice.tenantName),
  }),
  admin_role_changed: ({ before, after, ...notice }) => ({
    subject: say`Your role at ${foreign(notice.tenantName)} was changed`,
    parts: [
      {
        kind: 'paragraph',
        line: say`In the Sallyport portal of ${foreign(notice.tenantName)} you are now ${article(after)}. You were ${article(before)} before.`,
      },
      facts(notice),
    ],
    footer: say`You get this because you are an admin of ${foreign(notice.tenantName)}. If you did not expect it, ask an owner.`,
  }),
  admin_removed: (notice) => ({
    subject: say`Your access to ${foreign(notice.tenantName)} was removed`,
    parts: [
      {
        kind: 'paragraph',
        line: say`You are no longer an admin of ${foreign(notice.tenantName)}. Your passkeys, recovery codes and sessions in the Sallyport portal have ended.`,
      },
      facts(notice),
    ],
    footer: say`You get this because you were an admin of ${foreign(notice.tenantName)}. If you did not expect it, ask an owner.`,
  }),
  admin_address_changed: ({ isOld, ...notice }) => ({
    subject: say`The mail address of your account at ${foreign(notice.tenantName)} was changed`,
    parts: [
      paragraph(
        isOld
          ? 'Notices about your account in the Sallyport portal no longer go to this address.'
          : 'Notices about your account in the Sallyport portal now go to this address.',
      ),
      facts(notice),
    ],
    footer: notYou(notice.tenantName),
  }),
  proposal_waits: ({ tenantName, proposedBy, actionCodes, message, url, expiresAt }) => ({
    subject: say`A change of rules waits for your approval at ${foreign(tenantName)}`,
    parts: [
      {
        kind: 'paragraph',
        line: say`${foreign(proposedBy)} proposes a change of rules. It takes effect when a second person approves it, and expires on ${moment(expiresAt)}.`,
      },
      {
        kind: 'facts',
        rows: [
          [actionCodes.length === 1 ? 'Action' : 'Actions', say`${listed(actionCodes)}`],
          ...(message === undefined ? [] : [['Reason given', say`${foreign(message)}`] as const]),
        ],
      },
      { kind: 'link', label: 'Review the change', url },
    ],
    footer: say`You get this because you may approve changes of rules at ${foreign(tenantName)}.`,
  }),
  test: ({ at }) => ({
    subject: say`Sallyport can send mail`,
    parts: [
      paragraph('This is a test. If you read it, the mail server of Sallyport is set up.'),
      { kind: 'facts', rows: [['Sent', say`${moment(at)}`]] },
    ],
    footer: say`Somebody ran “sallyport mail test” with your address.`,
  }),
}

function paragraph(text: string): Part {
  return { kind: 'paragraph', line: [text] }
}

function facts({ at, ipAddress, by }: Moment): Part {
  return {
    kind: 'facts',
    rows: [
      ['When', say`${moment(at)}`],
      ...(by === undefined ? [] : [['By', say`${foreign(by)}`] as const]),
      ...(ipAddress === undefined || isIP(ipAddress) === 0 ? [] : [['From the address', [ipAddress]] as const]),
    ],
  }
}

function notYou(tenantName: string) {
  return say`You get this because you are an admin of ${foreign(tenantName)}. If this was not you, sign in, end your other sessions, remove passkeys that are not yours, and tell an owner.`
}

function article(role: string): string {
  return /^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`
}

function listed(codes: readonly string[]): string {
  const shown = codes.slice(0, 10).join(', ')
  return codes.length > 10 ? `${shown} and ${codes.length - 10} more` : shown
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

function moment(at: number): string {
  return `${format.format(at)} UTC`
}
