/** How a member of a configuration is called, for people. */
export interface SettingWords {
  label?: string
  hint?: string
  /** Of a flag: what holds while nobody has set it. */
  usual?: boolean
  /** Of a choice: what holds while nothing is chosen. */
  none?: string
  /** Of a choice. `null` leaves one out, because another says the same. */
  options?: Readonly<Record<string, string | null>>
  /** Where the schema does not say it. */
  kind?: 'long text' | 'country' | 'countries'
}

const byWebhook = 'Your server: it is called with each message'

/** In the order in which forms have them. */
export const settingWords: Readonly<Record<string, SettingWords>> = {
  relyingParty: { label: 'Domain that the keys belong to', hint: 'Such as bank.example. It cannot be changed for keys that exist.' },
  expectedOrigins: { label: 'Pages that may ask for them', hint: 'Origins, one on each line, such as https://www.bank.example.' },
  relyingPartyName: { label: 'Name in dialogs', hint: 'What people read when their device asks them.' },
  userVerificationRequirement: {
    label: 'The key checks who holds it',
    none: 'As usual: required',
    options: {
      required: 'Required: PIN or finger, always',
      preferred: 'Preferred: where the key can',
      discouraged: 'Discouraged: a touch is enough to add one',
    },
  },
  expectedTopOrigins: { label: 'Pages that may show the dialog in a frame', hint: 'Origins, one on each line. Empty: none.' },
  issuerName: { label: 'Name that the app shows above the code', hint: 'Empty: the name of the tenant.' },
  smsCountryCodes: {
    label: 'Countries whose numbers are sent to',
    hint: 'Nothing is sent to any other country. Each one that you do not need is one that nobody can make you pay for.',
    kind: 'countries',
  },
  defaultCountryCode: { label: 'Country of numbers that are typed without one', kind: 'country' },
  smsProvider: {
    label: 'Messages are sent by',
    none: 'Nobody: they stay in the outbox',
    options: { TWILIO: 'Twilio', WEBHOOK: byWebhook },
  },
  whatsAppProvider: {
    label: 'Messages are sent by',
    none: 'Nobody: they stay in the outbox',
    options: { TWILIO: 'Twilio', WEBHOOK: byWebhook },
  },
  emailProvider: {
    label: 'Mails are sent by',
    none: 'The mail server of this server; the outbox while there is none',
    options: { WEBHOOK: byWebhook, SMTP: 'A mail server of your own' },
  },
  pushProvider: {
    label: 'The phone is woken by',
    none: 'Nobody: its app asks by itself',
    options: { DEFAULT: null, WEBHOOK: byWebhook },
  },
  smtpEmailCredentials: { label: 'Your mail server' },
  host: { label: 'Server', hint: 'Such as smtp.bank.example.' },
  port: { label: 'Port', hint: 'Usually 587, or 465 with TLS from the first byte.' },
  secure: { label: 'TLS from the first byte. Otherwise STARTTLS, and nothing is sent without it' },
  user: { label: 'User' },
  password: { label: 'Password', hint: 'Kept encrypted, and never shown again. It is asked for again with another server or user.' },
  from: { label: 'Sender', hint: 'Such as Bank <no-reply@bank.example>.' },
  webhookUrl: { label: 'Address of your server', hint: 'Called with each message, signed. It answers with 2xx once the message is sent.' },
  twilioCredentials: { label: 'Account at Twilio' },
  accountSid: { label: 'Account SID', hint: 'Begins with AC.' },
  authToken: { label: 'Auth token', hint: 'Kept encrypted, and never shown again.' },
  messagingServiceSid: { label: 'Messaging service SID', hint: 'Begins with MG. Or name a sender below.' },
  whatsAppContentSid: {
    label: 'Template at Twilio (content SID)',
    hint: 'Begins with HX. An approved authentication template, whose variable 1 is the code.',
  },
  sender: { label: 'Number or name that messages come from', hint: 'Where no messaging service is named.' },
  verificationCodeLength: { label: 'Digits of a code', hint: 'Empty: six. Each one more makes guessing ten times harder.' },
  messageTemplate: {
    label: 'Text of the message',
    hint: 'With {{code}} and, if you like, {{app}}. Empty: our own text, which also says what is approved.',
    kind: 'long text',
  },
  credentialLifetimeInMinutes: {
    label: 'Minutes that a key works after it was registered or renewed',
    hint: 'Empty: until it is removed.',
  },
  requireNumberMatching: {
    label: 'The user types the number on the page into the phone. Without it, a tired user approves what somebody else asked for',
    usual: true,
  },
  allowMultipleUserAuthenticators: { label: 'A user can have more than one, at most five', usual: true },
  requireChallengeToAdd: {
    label: 'A user who has an authenticator adds one only after a passed challenge, whatever the application asks for',
  },
  allowFirstEnrolmentWithoutScope: { label: 'For migrations: the first one needs only the token of an allowed action' },
}

/** Members that mean something only while another one has a value. */
export const shownWhile: Readonly<Record<string, { provider: string }>> = {
  webhookUrl: { provider: 'WEBHOOK' },
  smtpEmailCredentials: { provider: 'SMTP' },
  twilioCredentials: { provider: 'TWILIO' },
  sender: { provider: 'TWILIO' },
  whatsAppContentSid: { provider: 'TWILIO' },
}
