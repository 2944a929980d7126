import { sameEverywhere, type Words } from './words.ts'

export const de: Words = {
  locale: 'de-DE',
  labels: { action: 'Vorgang', method: 'Methode', name: 'Name', when: 'Zeit', device: 'Gerät', address: 'IP-Adresse' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Passkey',
    SECURITY_KEY: 'Sicherheitsschlüssel',
    AUTHENTICATOR_APP: 'Authenticator-App',
    SMS: 'Code per SMS',
    EMAIL_OTP: 'Code per E-Mail',
    EMAIL_MAGIC_LINK: 'Link per E-Mail',
    RECOVERY_CODE: 'Wiederherstellungscodes',
    PUSH: 'Freigabe auf dem Handy',
    QR_CODE: 'QR-Code',
    IN_APP: 'Freigabe in der App',
    DEVICE: 'Vertrauenswürdiges Gerät',
    PALM_BIOMETRICS_RR: 'Handflächenscan',
    DIGITAL_CREDENTIAL: 'Digitaler Nachweis',
    OIDC_PROVIDER: 'Anderes Konto',
  },
  code_by_mail: {
    subject: 'Ihr Code für {app}',
    lead: '{app} soll prüfen, ob Sie es sind. Wenn Sie das angefordert haben, geben Sie diesen Code ein.',
  },
  code_by_phone: {
    subject: 'Ihr Code für {app}',
    lead: '{code} ist Ihr Code für {app}. Geben Sie ihn an niemanden weiter.',
  },
  code: { label: 'Code', life: 'Der Code funktioniert einmal, bis {time}.' },
  sign_in_link: {
    subject: 'Bestätigen Sie bei {app}, dass Sie es sind',
    lead: '{app} soll prüfen, ob Sie es sind. Wenn Sie das angefordert haben, öffnen Sie den Link und bestätigen Sie.',
  },
  authenticator_added: {
    subject: 'Neue Anmeldemethode für Ihr Konto bei {app}',
    lead: 'Damit kann sich ab sofort jemand als Sie ausweisen.',
  },
  authenticator_removed: {
    subject: 'Eine Anmeldemethode wurde aus Ihrem Konto bei {app} entfernt',
    lead: 'Sie funktioniert für Ihr Konto nicht mehr.',
  },
  recovery_used: {
    subject: 'Ihr Konto bei {app} wurde wiederhergestellt',
    lead: 'Jemand hat einen Wiederherstellungscode oder einen Wiederherstellungslink Ihres Kontos verwendet. Er kann nicht noch einmal benutzt werden.',
  },
  recovery_codes_regenerated: {
    subject: 'Neue Wiederherstellungscodes für Ihr Konto bei {app}',
    lead: 'Es wurden neue Wiederherstellungscodes erstellt. Die alten funktionieren nicht mehr.',
  },
  new_device: {
    subject: 'Ihr Konto bei {app} wurde auf einem neuen Gerät verwendet',
    lead: 'Jemand hat sich auf einem Gerät als Sie ausgewiesen, das bisher nicht mit Ihrem Konto verwendet wurde.',
  },
  dispute_opened: {
    subject: 'Ein Vorgang in Ihrem Konto bei {app} wurde gemeldet',
    lead: 'Es wurde gemeldet, dass er nicht von Ihnen stammt. Gerät und Ort gelten deswegen nicht mehr als vertrauenswürdig.',
  },
  enrolment_link_issued: {
    subject: 'Link zum Wiederherstellen Ihres Kontos bei {app}',
    lead: 'Der Kundendienst von {app} hat einen Link erstellt, mit dem für Ihr Konto eine neue Anmeldemethode eingerichtet werden kann.',
  },
  notMe: {
    text: 'Waren Sie das, müssen Sie nichts tun. Wenn nicht, sagen Sie es uns jetzt: Dann kann niemand Ihrem Konto eine Anmeldemethode hinzufügen, bis {app} es geprüft hat.',
    label: 'Das war ich nicht',
    phone: 'Nicht Sie? {url}',
    withoutLink: 'Waren Sie das nicht, wenden Sie sich sofort an {app}.',
  },
  signInLink: {
    label: 'Weiter',
    life: 'Der Link funktioniert einmal, bis {time}.',
    unexpected: 'Wenn Sie das nicht angefordert haben, bestätigen Sie es nicht. Ohne Ihre Bestätigung geschieht nichts.',
  },
  enrolmentLink: {
    life: 'Er funktioniert einmal, von {from} bis {time}.',
    label: 'Anmeldemethode einrichten',
    cancel: 'Wenn Sie das nicht angefordert haben, widerrufen Sie den Link.',
    cancelLabel: 'Link widerrufen',
  },
  pages: {
    notMe: {
      title: 'Waren Sie das nicht?',
      explain:
        'Drücken Sie auf den Knopf, wenn Sie das nicht waren. Dann kann niemand Ihrem Konto eine Anmeldemethode hinzufügen, bis {app} es geprüft hat, und {app} erfährt, dass Sie es nicht waren.',
      button: 'Das war ich nicht',
      otherwise: 'Waren Sie es doch, schließen Sie diese Seite. Es hat sich nichts geändert.',
      doneTitle: 'Ihr Konto ist geschützt',
      done: 'Niemand kann ihm jetzt eine Anmeldemethode hinzufügen. Wenden Sie sich an {app}, um Ihr Konto gemeinsam durchzugehen.',
    },
    link: {
      title: 'Sind Sie das?',
      explain: 'Bestätigen Sie nur, wenn Sie das gerade selbst bei {app} angefordert haben.',
      button: 'Ja, bestätigen',
      otherwise: 'Wenn Sie das nicht angefordert haben, schließen Sie diese Seite. Es geschieht nichts.',
      doneTitle: 'Bestätigt',
      done: 'Sie können diese Seite schließen und dort weitermachen, wo Sie waren.',
      codeTitle: 'Geben Sie diesen Code ein',
      code: 'Geben Sie diesen Code auf der Seite ein, auf der Sie den Link angefordert haben:',
      codeLife: 'Er funktioniert einmal, bis {time}.',
      codeWarning: 'Geben Sie ihn nirgendwo sonst ein und verraten Sie ihn niemandem. {app} fragt nie am Telefon oder im Chat danach.',
    },
    cancelled: {
      title: 'Der Link ist widerrufen',
      text: 'Niemand kann ihn mehr zum Wiederherstellen Ihres Kontos verwenden. Wenn Sie ihn nicht angefordert haben, sagen Sie {app} Bescheid: Jemand versucht vielleicht, an Ihr Konto zu kommen. Wenn Sie doch einen brauchen, bitten Sie {app} um einen neuen.',
    },
    gone: {
      title: 'Dieser Link funktioniert nicht mehr',
      text: 'Er wurde schon verwendet oder ist abgelaufen. Wenn Sie ihn noch brauchen, fordern Sie dort einen neuen an, wo Sie ihn herhaben.',
    },
  },
  footer: 'Sie erhalten diese Nachricht, weil Sie ein Konto bei {app} haben.',
}
