import { sameEverywhere, type Words } from './words.ts'

export const it: Words = {
  locale: 'it-IT',
  labels: { action: 'Operazione', method: 'Metodo', name: 'Nome', when: 'Data', device: 'Dispositivo', address: 'Indirizzo IP' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Passkey',
    SECURITY_KEY: 'Chiave di sicurezza',
    AUTHENTICATOR_APP: 'App di autenticazione',
    SMS: 'Codice via SMS',
    EMAIL_OTP: 'Codice via email',
    EMAIL_MAGIC_LINK: 'Link via email',
    RECOVERY_CODE: 'Codici di recupero',
    PUSH: 'Approvazione sul telefono',
    QR_CODE: 'Codice QR',
    IN_APP: 'Approvazione nell’app',
    DEVICE: 'Dispositivo attendibile',
    PALM_BIOMETRICS_RR: 'Scansione del palmo',
    DIGITAL_CREDENTIAL: 'Credenziale digitale',
    OIDC_PROVIDER: 'Altro account',
  },
  code_by_mail: {
    subject: 'Il tuo codice per {app}',
    lead: 'Qualcuno ha chiesto a {app} di verificare che sei tu. Se sei stato tu, inserisci il codice qui sotto.',
  },
  code_by_phone: {
    subject: 'Il tuo codice per {app}',
    lead: '{code} è il tuo codice per {app}. Non comunicarlo a nessuno.',
  },
  code: { label: 'Codice', life: 'Il codice funziona una volta sola, fino al {time}.' },
  sign_in_link: {
    subject: '{app}: conferma che sei tu',
    lead: 'Qualcuno ha chiesto a {app} di verificare che sei tu. Se sei stato tu, apri il link e conferma.',
  },
  authenticator_added: {
    subject: 'Un metodo di accesso è stato aggiunto al tuo account {app}',
    lead: 'Da ora può essere usato per confermare la tua identità.',
  },
  authenticator_removed: {
    subject: 'Un metodo di accesso è stato rimosso dal tuo account {app}',
    lead: 'Non funziona più per il tuo account.',
  },
  recovery_used: {
    subject: 'L’accesso al tuo account {app} è stato recuperato',
    lead: 'Qualcuno ha usato un codice o un link di recupero del tuo account. Non può essere usato di nuovo.',
  },
  recovery_codes_regenerated: {
    subject: 'Nuovi codici di recupero per il tuo account {app}',
    lead: 'Sono stati creati nuovi codici di recupero. Quelli vecchi non funzionano più.',
  },
  new_device: {
    subject: 'Il tuo account {app} è stato usato su un nuovo dispositivo',
    lead: 'La tua identità è stata confermata su un dispositivo mai usato prima con il tuo account.',
  },
  dispute_opened: {
    subject: 'Un’operazione sul tuo account {app} è stata segnalata',
    lead: 'È stato segnalato che non l’hai fatta tu. Per questo il dispositivo e il luogo non sono più considerati attendibili.',
  },
  enrolment_link_issued: {
    subject: 'Un link di recupero per il tuo account {app}',
    lead: 'L’assistenza di {app} ha creato un link per configurare un nuovo metodo di accesso al tuo account.',
  },
  notMe: {
    text: 'Se sei stato tu, non devi fare nulla. In caso contrario, diccelo subito: nessuno potrà aggiungere un metodo di accesso al tuo account finché {app} non l’avrà controllato.',
    label: 'Non sono stato io',
    phone: 'Non sei stato tu? {url}',
    withoutLink: 'Se non sei stato tu, contatta subito {app}.',
  },
  signInLink: {
    label: 'Continua',
    life: 'Il link funziona una volta sola, fino al {time}.',
    unexpected: 'Se non l’hai chiesto tu, non confermare. Senza la tua conferma non succede nulla.',
  },
  enrolmentLink: {
    life: 'Funziona una volta sola, dal {from} al {time}.',
    label: 'Configura un metodo di accesso',
    cancel: 'Se non l’hai chiesto tu, annulla il link.',
    cancelLabel: 'Annulla il link',
  },
  pages: {
    notMe: {
      title: 'Non sei stato tu?',
      explain:
        'Premi il pulsante se non sei stato tu. Nessuno potrà aggiungere un metodo di accesso al tuo account finché {app} non l’avrà controllato, e {app} saprà che non sei stato tu.',
      button: 'Non sono stato io',
      otherwise: 'Se sei stato tu, chiudi questa pagina. Non è cambiato nulla.',
      doneTitle: 'Il tuo account è protetto',
      done: 'Ora nessuno può aggiungere un metodo di accesso. Contatta {app} per controllare insieme il tuo account.',
    },
    link: {
      title: 'Sei tu?',
      explain: 'Conferma solo se l’hai appena chiesto tu a {app}.',
      button: 'Sì, conferma',
      otherwise: 'Se non l’hai chiesto tu, chiudi questa pagina. Non succederà nulla.',
      doneTitle: 'Confermato',
      done: 'Puoi chiudere questa pagina e riprendere da dove eri.',
      codeTitle: 'Inserisci questo codice',
      code: 'Inserisci questo codice nella pagina in cui hai richiesto il link:',
      codeLife: 'Funziona una volta sola, fino al {time}.',
      codeWarning: 'Non inserirlo altrove e non comunicarlo a nessuno. {app} non te lo chiederà mai per telefono o in chat.',
    },
    cancelled: {
      title: 'Il link di recupero è annullato',
      text: 'Nessuno può più usarlo. Se non l’hai chiesto tu, avvisa {app}: qualcuno potrebbe cercare di entrare nel tuo account. Se invece ti serve, chiedine uno nuovo a {app}.',
    },
    gone: {
      title: 'Questo link non funziona più',
      text: 'È già stato usato oppure è scaduto. Se ti serve ancora, ripeti la richiesta da dove l’avevi fatta.',
    },
  },
  footer: 'Ricevi questo messaggio perché hai un account presso {app}.',
}
