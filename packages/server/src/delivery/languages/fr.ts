import { sameEverywhere, type Words } from './words.ts'

export const fr: Words = {
  locale: 'fr-FR',
  labels: { action: 'Opération', method: 'Méthode', name: 'Nom', when: 'Date', device: 'Appareil', address: 'Adresse IP' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Clé d’accès',
    SECURITY_KEY: 'Clé de sécurité',
    AUTHENTICATOR_APP: 'Application d’authentification',
    SMS: 'Code par SMS',
    EMAIL_OTP: 'Code par e-mail',
    EMAIL_MAGIC_LINK: 'Lien par e-mail',
    RECOVERY_CODE: 'Codes de récupération',
    PUSH: 'Validation sur le téléphone',
    QR_CODE: 'Code QR',
    IN_APP: 'Validation dans l’application',
    DEVICE: 'Appareil de confiance',
    PALM_BIOMETRICS_RR: 'Lecture de la paume',
    DIGITAL_CREDENTIAL: 'Justificatif numérique',
    OIDC_PROVIDER: 'Autre compte',
  },
  code_by_mail: {
    subject: 'Votre code pour {app}',
    lead: 'Quelqu’un a demandé à {app} de vérifier votre identité. Si c’est vous, saisissez le code ci-dessous.',
  },
  code_by_phone: {
    subject: 'Votre code pour {app}',
    lead: '{code} est votre code pour {app}. Ne le communiquez à personne.',
  },
  code: { label: 'Code', life: 'Le code fonctionne une seule fois, jusqu’au {time}.' },
  sign_in_link: {
    subject: '{app} : confirmez que c’est bien vous',
    lead: 'Quelqu’un a demandé à {app} de vérifier votre identité. Si c’est vous, ouvrez le lien et confirmez.',
  },
  authenticator_added: {
    subject: 'Une méthode de connexion a été ajoutée à votre compte {app}',
    lead: 'Elle permet désormais de confirmer votre identité.',
  },
  authenticator_removed: {
    subject: 'Une méthode de connexion a été retirée de votre compte {app}',
    lead: 'Elle ne fonctionne plus pour votre compte.',
  },
  recovery_used: {
    subject: 'L’accès à votre compte {app} a été récupéré',
    lead: 'Quelqu’un a utilisé un code ou un lien de récupération de votre compte. Il ne peut plus servir.',
  },
  recovery_codes_regenerated: {
    subject: 'Nouveaux codes de récupération pour votre compte {app}',
    lead: 'De nouveaux codes de récupération ont été créés. Les anciens ne fonctionnent plus.',
  },
  new_device: {
    subject: 'Votre compte {app} a été utilisé sur un nouvel appareil',
    lead: 'Votre identité a été confirmée sur un appareil qui n’avait jamais été utilisé avec votre compte.',
  },
  dispute_opened: {
    subject: 'Une opération sur votre compte {app} a été signalée',
    lead: 'Elle a été signalée comme ne venant pas de vous. L’appareil et le lieu ne sont donc plus considérés comme fiables.',
  },
  enrolment_link_issued: {
    subject: 'Un lien de récupération pour votre compte {app}',
    lead: 'L’assistance de {app} a créé un lien qui permet de configurer une nouvelle méthode de connexion pour votre compte.',
  },
  notMe: {
    text: 'Si c’était vous, vous n’avez rien à faire. Sinon, dites-le-nous maintenant : personne ne pourra ajouter de méthode de connexion à votre compte avant que {app} l’ait vérifié.',
    label: 'Ce n’était pas moi',
    phone: 'Pas vous ? {url}',
    withoutLink: 'Si ce n’était pas vous, contactez {app} sans attendre.',
  },
  signInLink: {
    label: 'Continuer',
    life: 'Le lien fonctionne une seule fois, jusqu’au {time}.',
    unexpected: 'Si vous n’avez rien demandé, ne confirmez pas. Sans confirmation, rien ne se passe.',
  },
  enrolmentLink: {
    life: 'Il fonctionne une seule fois, du {from} au {time}.',
    label: 'Configurer une méthode de connexion',
    cancel: 'Si vous n’avez rien demandé, annulez le lien.',
    cancelLabel: 'Annuler le lien',
  },
  pages: {
    notMe: {
      title: 'Ce n’était pas vous ?',
      explain:
        'Appuyez sur le bouton si vous n’êtes pas à l’origine de cette opération. Personne ne pourra ajouter de méthode de connexion à votre compte avant que {app} l’ait vérifié, et {app} saura que ce n’était pas vous.',
      button: 'Ce n’était pas moi',
      otherwise: 'Si c’était vous, fermez cette page. Rien n’a changé.',
      doneTitle: 'Votre compte est protégé',
      done: 'Plus personne ne peut y ajouter de méthode de connexion. Contactez {app} pour passer votre compte en revue.',
    },
    link: {
      title: 'Est-ce bien vous ?',
      explain: 'Confirmez seulement si vous venez de faire vous-même cette demande à {app}.',
      button: 'Oui, confirmer',
      otherwise: 'Si vous n’avez rien demandé, fermez cette page. Rien ne se passera.',
      doneTitle: 'Confirmé',
      done: 'Vous pouvez fermer cette page et reprendre là où vous étiez.',
      codeTitle: 'Saisissez ce code',
      code: 'Saisissez ce code sur la page où vous avez demandé le lien :',
      codeLife: 'Il fonctionne une seule fois, jusqu’au {time}.',
      codeWarning:
        'Ne le saisissez nulle part ailleurs et ne le communiquez à personne. {app} ne vous le demandera jamais par téléphone ni par messagerie.',
    },
    cancelled: {
      title: 'Le lien de récupération est annulé',
      text: 'Plus personne ne peut l’utiliser. Si vous n’avez rien demandé, prévenez {app} : quelqu’un essaie peut-être d’accéder à votre compte. Si vous en avez besoin, demandez-en un nouveau à {app}.',
    },
    gone: {
      title: 'Ce lien ne fonctionne plus',
      text: 'Il a déjà été utilisé ou il a expiré. Si vous en avez encore besoin, refaites la demande là où vous l’aviez faite.',
    },
  },
  footer: 'Vous recevez ce message parce que vous avez un compte chez {app}.',
}
