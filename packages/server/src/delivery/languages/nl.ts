import { sameEverywhere, type Words } from './words.ts'

export const nl: Words = {
  locale: 'nl-NL',
  labels: { action: 'Handeling', method: 'Methode', name: 'Naam', when: 'Wanneer', device: 'Apparaat', address: 'IP-adres' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Passkey',
    SECURITY_KEY: 'Beveiligingssleutel',
    AUTHENTICATOR_APP: 'Authenticator-app',
    SMS: 'Code per sms',
    EMAIL_OTP: 'Code per e-mail',
    EMAIL_MAGIC_LINK: 'Link per e-mail',
    RECOVERY_CODE: 'Herstelcodes',
    PUSH: 'Goedkeuring op je telefoon',
    QR_CODE: 'QR-code',
    IN_APP: 'Goedkeuring in de app',
    DEVICE: 'Vertrouwd apparaat',
    PALM_BIOMETRICS_RR: 'Handpalmscan',
    DIGITAL_CREDENTIAL: 'Digitaal bewijs',
    OIDC_PROVIDER: 'Ander account',
  },
  code_by_mail: {
    subject: 'Je code voor {app}',
    lead: 'Iemand vroeg {app} om te controleren of jij het bent. Was jij dat, voer dan deze code in.',
  },
  code_by_phone: {
    subject: 'Je code voor {app}',
    lead: '{code} is je code voor {app}. Geef hem aan niemand.',
  },
  code: { label: 'Code', life: 'De code werkt één keer, tot {time}.' },
  sign_in_link: {
    subject: 'Bevestig bij {app} dat jij het bent',
    lead: 'Iemand vroeg {app} om te controleren of jij het bent. Was jij dat, open dan de link en bevestig het.',
  },
  authenticator_added: {
    subject: 'Er is een inlogmethode toegevoegd aan je account bij {app}',
    lead: 'Vanaf nu kan die worden gebruikt om te bevestigen dat jij het bent.',
  },
  authenticator_removed: {
    subject: 'Er is een inlogmethode verwijderd uit je account bij {app}',
    lead: 'Die werkt niet meer voor je account.',
  },
  recovery_used: {
    subject: 'Je account bij {app} is hersteld',
    lead: 'Iemand heeft een herstelcode of herstellink van je account gebruikt. Die kan niet nog eens worden gebruikt.',
  },
  recovery_codes_regenerated: {
    subject: 'Nieuwe herstelcodes voor je account bij {app}',
    lead: 'Er zijn nieuwe herstelcodes gemaakt. De oude werken niet meer.',
  },
  new_device: {
    subject: 'Je account bij {app} is op een nieuw apparaat gebruikt',
    lead: 'Iemand heeft bevestigd dat jij het bent, op een apparaat dat nog niet eerder met je account is gebruikt.',
  },
  dispute_opened: {
    subject: 'Een handeling in je account bij {app} is gemeld',
    lead: 'Er is gemeld dat jij dit niet was. Het apparaat en de plaats worden daarom niet meer vertrouwd.',
  },
  enrolment_link_issued: {
    subject: 'Een herstellink voor je account bij {app}',
    lead: 'De klantenservice van {app} heeft een link gemaakt waarmee een nieuwe inlogmethode voor je account kan worden ingesteld.',
  },
  notMe: {
    text: 'Was jij dit, dan hoef je niets te doen. Zo niet, laat het ons nu weten: niemand kan dan een inlogmethode aan je account toevoegen tot {app} het heeft gecontroleerd.',
    label: 'Dit was ik niet',
    phone: 'Was jij dit niet? {url}',
    withoutLink: 'Was jij dit niet, neem dan meteen contact op met {app}.',
  },
  signInLink: {
    label: 'Verder',
    life: 'De link werkt één keer, tot {time}.',
    unexpected: 'Heb je hier niet om gevraagd, bevestig het dan niet. Zonder jouw bevestiging gebeurt er niets.',
  },
  enrolmentLink: {
    life: 'Hij werkt één keer, van {from} tot {time}.',
    label: 'Inlogmethode instellen',
    cancel: 'Heb je hier niet om gevraagd, trek de link dan in.',
    cancelLabel: 'Link intrekken',
  },
  pages: {
    notMe: {
      title: 'Was jij dit niet?',
      explain:
        'Druk op de knop als jij dit niet was. Niemand kan dan een inlogmethode aan je account toevoegen tot {app} het heeft gecontroleerd, en {app} weet dat jij het niet was.',
      button: 'Dit was ik niet',
      otherwise: 'Was jij het wel, sluit dan deze pagina. Er is niets veranderd.',
      doneTitle: 'Je account is beschermd',
      done: 'Niemand kan er nu een inlogmethode aan toevoegen. Neem contact op met {app} om je account samen na te lopen.',
    },
    link: {
      title: 'Ben jij dit?',
      explain: 'Bevestig dit alleen als je het {app} zojuist zelf hebt gevraagd.',
      button: 'Ja, bevestigen',
      otherwise: 'Heb je hier niet om gevraagd, sluit dan deze pagina. Er gebeurt niets.',
      doneTitle: 'Bevestigd',
      done: 'Je kunt deze pagina sluiten en verdergaan waar je was.',
      codeTitle: 'Voer deze code in',
      code: 'Voer deze code in op de pagina waar je om de link vroeg:',
      codeLife: 'Hij werkt één keer, tot {time}.',
      codeWarning: 'Voer hem nergens anders in en geef hem aan niemand. {app} vraagt er nooit om via de telefoon of in een chat.',
    },
    cancelled: {
      title: 'De herstellink is ingetrokken',
      text: 'Niemand kan hem nog gebruiken. Heb je er niet om gevraagd, laat het {app} dan weten: misschien probeert iemand in je account te komen. Heb je er toch een nodig, vraag {app} dan om een nieuwe.',
    },
    gone: {
      title: 'Deze link werkt niet meer',
      text: 'Hij is al gebruikt of verlopen. Heb je hem nog nodig, vraag dan een nieuwe aan waar je deze hebt aangevraagd.',
    },
  },
  footer: 'Je krijgt dit bericht omdat je een account hebt bij {app}.',
}
