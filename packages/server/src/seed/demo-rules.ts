import type { RulesDocument } from '../rules-document/rules-document.ts'

const is = (variable: string, value: boolean | string) => ({ '==': [{ var: variable }, value] })
const above = (variable: string, value: number) => ({ '>': [{ var: variable }, value] })
const below = (variable: string, value: number) => ({ '<': [{ var: variable }, value] })

const passkeyOnly = {
  name: 'With a passkey',
  description: 'Ways to confirm are changed with a passkey only.',
  type: 'CHALLENGE',
  conditions: {},
  challenge: { phishingResistant: true },
} as const

/**
 * The rules of the demo's bank. The article's rules for a transfer, and those for passkeys, are the same as the example's own (`examples/transfer/seed.mjs`),
 * by name: a test holds them together.
 */
export const demoRules: RulesDocument = {
  dataPoints: [
    { name: 'transactionValue', dataType: 'number', modelType: 'action', description: 'dollars', isPublic: true },
    { name: 'recipient', dataType: 'text', modelType: 'action', description: 'who is paid', isPublic: true },
  ],
  features: [
    {
      name: 'sentLast24h',
      metric: 'sum',
      of: 'custom.transactionValue',
      per: 'user',
      windowMinutes: 1440,
      actions: ['adaptive-mfa-transfer'],
    },
    {
      name: 'payersOfRecipient7d',
      metric: 'distinct',
      of: 'user.id',
      per: 'custom.recipient',
      windowMinutes: 7 * 1440,
      actions: ['adaptive-mfa-transfer'],
    },
  ],
  actions: [
    {
      actionCode: 'sign-in',
      defaultUserActionResult: 'ALLOW',
      rules: [
        {
          name: 'Many customers from one server',
          description: 'A rented server that signs in one customer after the other tries stolen passwords.',
          type: 'BLOCK',
          conditions: { and: [is('ip.isHosting', true), above('ip.usersLast24h', 6)] },
        },
        {
          name: 'Sign-in from an anonymous address',
          description: 'Tor, VPN, public proxy or hosting: a passkey.',
          type: 'CHALLENGE',
          conditions: { and: [is('ip.isAnonymous', true)] },
        },
        {
          name: 'New device on a new network',
          description: 'Neither the device nor the provider was ever seen with this customer.',
          type: 'CHALLENGE',
          conditions: { and: [is('device.isNew', true), is('ip.isNewAsn', true)] },
        },
      ],
    },
    {
      actionCode: 'adaptive-mfa-transfer',
      defaultUserActionResult: 'ALLOW',
      settings: { requiredDataPoints: ['transactionValue'] },
      rules: [
        {
          name: 'Paid by many customers',
          description: 'An account that three customers or more have paid within a week may be a mule.',
          type: 'REVIEW',
          conditions: { and: [above('velocity.payersOfRecipient7d', 2)] },
        },
        {
          name: 'Much money from a young device',
          description: 'More than $3,000 in a day from a device that was first seen today.',
          type: 'REVIEW',
          conditions: { and: [above('velocity.sentLast24h', 3000), below('device.ageDays', 1), is('ip.isTrusted', false)] },
        },
        {
          name: 'More than $15,000 in a day',
          description: 'A person looks at it, wherever it comes from.',
          type: 'REVIEW',
          conditions: { and: [above('velocity.sentLast24h', 15_000)] },
        },
        {
          name: 'IP is anonymous',
          description: 'Tor, VPN, public proxy or hosting: a passkey, whatever the amount. A code by mail is not enough.',
          type: 'CHALLENGE',
          conditions: { and: [is('ip.isAnonymous', true)] },
          challenge: { phishingResistant: true },
        },
        {
          name: 'Transfer over $2,000',
          description: 'More than $2,000: a passkey, wherever it comes from.',
          type: 'CHALLENGE',
          conditions: { and: [above('custom.transactionValue', 2000)] },
        },
        {
          name: 'Unrecognised address, over $1,000',
          description: 'An address this customer has not earned trust for yet: a passkey from $1,000.',
          type: 'CHALLENGE',
          conditions: { and: [is('ip.isUnrecognized', true), above('custom.transactionValue', 1000)] },
        },
      ],
    },
    {
      actionCode: 'change-payee',
      defaultUserActionResult: 'ALLOW',
      rules: [
        {
          name: 'Payee from an anonymous address',
          description: 'Whom money may go to is not changed from behind Tor or a VPN without a passkey.',
          type: 'CHALLENGE',
          conditions: { and: [is('ip.isAnonymous', true)] },
        },
        {
          name: 'Payee from a young device',
          description: 'A device that was first seen within two days.',
          type: 'CHALLENGE',
          conditions: { and: [below('device.ageDays', 2), is('ip.isTrusted', false)] },
        },
      ],
    },
    {
      actionCode: 'change-profile',
      defaultUserActionResult: 'ALLOW',
      rules: [
        {
          name: 'Profile from an anonymous address',
          description: 'E-mail address and phone number are never changed from behind Tor or a VPN.',
          type: 'BLOCK',
          conditions: { and: [is('ip.isAnonymous', true)] },
        },
        {
          name: 'Profile from a young device',
          description: 'A device that was first seen within two days.',
          type: 'CHALLENGE',
          conditions: { and: [below('device.ageDays', 2), is('ip.isTrusted', false)] },
        },
      ],
    },
    {
      actionCode: 'enroll-passkey',
      defaultUserActionResult: 'ALLOW',
      rules: [
        {
          name: 'Not from an anonymous address',
          description: 'A passkey that is added from behind Tor or a VPN proves nothing about the customer.',
          type: 'BLOCK',
          conditions: { and: [is('ip.isAnonymous', true)] },
        },
      ],
    },
    {
      // A stolen session must not be enough to take a passkey away and add another one.
      actionCode: 'remove-passkey',
      defaultUserActionResult: 'CHALLENGE',
      rules: [passkeyOnly],
    },
    {
      // Nor to add a weaker way beside it.
      actionCode: 'add-email-codes',
      defaultUserActionResult: 'CHALLENGE',
      rules: [passkeyOnly],
    },
    {
      // Nor to make the codes that replace a lost passkey.
      actionCode: 'make-recovery-codes',
      defaultUserActionResult: 'CHALLENGE',
      rules: [passkeyOnly],
    },
    {
      // A lost passkey: a code by mail passes this challenge, and a recovery code on top of it adds the new passkey.
      actionCode: 'replace-passkey',
      defaultUserActionResult: 'CHALLENGE',
      rules: [
        {
          name: 'No way back from an anonymous address',
          description: 'Whoever has lost a passkey gets back in from an address that says where they are.',
          type: 'BLOCK',
          conditions: { and: [is('ip.isAnonymous', true)] },
        },
      ],
    },
  ],
  message: 'The rules of the demo',
}
