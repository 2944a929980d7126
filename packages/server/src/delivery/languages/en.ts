import { sameEverywhere, type Words } from './words.ts'

export const en: Words = {
  locale: 'en-GB',
  labels: { action: 'Action', method: 'Method', name: 'Name', when: 'When', device: 'Device', address: 'IP address' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Passkey',
    SECURITY_KEY: 'Security key',
    AUTHENTICATOR_APP: 'Authenticator app',
    SMS: 'Code by text message',
    EMAIL_OTP: 'Code by email',
    EMAIL_MAGIC_LINK: 'Link by email',
    RECOVERY_CODE: 'Recovery codes',
    PUSH: 'Approval on your phone',
    QR_CODE: 'QR code',
    IN_APP: 'Approval in the app',
    DEVICE: 'Trusted device',
    PALM_BIOMETRICS_RR: 'Palm scan',
    DIGITAL_CREDENTIAL: 'Digital credential',
    OIDC_PROVIDER: 'Other account',
  },
  sign_in_link: {
    subject: 'Confirm that it is you at {app}',
    lead: 'Someone asked {app} to check that it is you. If that was you, open the link and confirm.',
  },
  code_by_mail: {
    subject: 'Your code for {app}',
    lead: 'Someone asked {app} to check that it is you. If that was you, type in the code below.',
  },
  code_by_phone: {
    subject: 'Your code for {app}',
    lead: '{code} is your code for {app}. Do not tell it to anyone.',
  },
  authenticator_added: {
    subject: 'A sign-in method was added to your account at {app}',
    lead: 'From now on, it can be used to confirm that it is you.',
  },
  authenticator_removed: {
    subject: 'A sign-in method was removed from your account at {app}',
    lead: 'It no longer works for your account.',
  },
  recovery_used: {
    subject: 'Your account at {app} was opened by recovery',
    lead: 'Someone used a recovery code or a recovery link of your account. It cannot be used again.',
  },
  recovery_codes_regenerated: {
    subject: 'New recovery codes for your account at {app}',
    lead: 'New recovery codes were created. The old ones no longer work.',
  },
  new_device: {
    subject: 'Your account at {app} was used on a new device',
    lead: 'Someone confirmed that it is you, on a device that has not been used with your account before.',
  },
  dispute_opened: {
    subject: 'An action on your account at {app} was reported',
    lead: 'It was reported as not done by you. This device and place are no longer trusted because of it.',
  },
  enrolment_link_issued: {
    subject: 'A recovery link for your account at {app}',
    lead: 'Support at {app} created a link that sets up a new sign-in method for your account.',
  },
  notMe: {
    text: 'If this was you, you do not need to do anything. If not, tell us now. Nobody can add a sign-in method to your account until {app} has checked it.',
    label: 'This was not me',
    phone: 'Not you? {url}',
    withoutLink: 'If this was not you, contact {app} at once.',
  },
  signInLink: {
    label: 'Continue',
    life: 'The link works once, until {time}.',
    unexpected: 'If you did not ask for this, do not confirm it. Nothing happens unless you do.',
  },
  code: { label: 'Code', life: 'The code works once, until {time}.' },
  enrolmentLink: {
    life: 'It works once, from {from} until {time}.',
    label: 'Set up a sign-in method',
    cancel: 'If you did not ask for this, cancel the link.',
    cancelLabel: 'Cancel the link',
  },
  pages: {
    notMe: {
      title: 'Was this not you?',
      explain:
        'Press the button if you did not do this. Nobody can then add a sign-in method to your account until {app} has checked it, and {app} learns that it was not you.',
      button: 'This was not me',
      otherwise: 'If it was you, close this page. Nothing has changed.',
      doneTitle: 'Your account is protected',
      done: 'Nobody can add a sign-in method to it now. Contact {app} to go through your account together.',
    },
    link: {
      title: 'Is this you?',
      explain: 'Confirm only if you asked {app} for this yourself, just now.',
      button: 'Yes, confirm',
      otherwise: 'If you did not ask for this, close this page. Nothing happens.',
      doneTitle: 'Confirmed',
      done: 'You can close this page and go on where you came from.',
      codeTitle: 'Enter this code',
      code: 'Enter this code on the page where you asked for the link:',
      codeLife: 'It works once, until {time}.',
      codeWarning: 'Enter it nowhere else, and tell it to nobody. {app} never asks for it by phone or in a chat.',
    },
    cancelled: {
      title: 'The recovery link is cancelled',
      text: 'Nobody can use it any more. If you did not ask for it, tell {app}: someone may be trying to get into your account. If you do need it, ask {app} for a new one.',
    },
    gone: {
      title: 'This link no longer works',
      text: 'It has been used, or it has expired. If you still need it, start again where you got it from.',
    },
  },
  footer: 'You receive this message because you have an account at {app}.',
}
