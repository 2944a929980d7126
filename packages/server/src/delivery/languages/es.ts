import { sameEverywhere, type Words } from './words.ts'

export const es: Words = {
  locale: 'es-ES',
  labels: { action: 'Operación', method: 'Método', name: 'Nombre', when: 'Fecha', device: 'Dispositivo', address: 'Dirección IP' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Clave de acceso',
    SECURITY_KEY: 'Llave de seguridad',
    AUTHENTICATOR_APP: 'Aplicación de autenticación',
    SMS: 'Código por SMS',
    EMAIL_OTP: 'Código por correo',
    EMAIL_MAGIC_LINK: 'Enlace por correo',
    RECOVERY_CODE: 'Códigos de recuperación',
    PUSH: 'Aprobación en el teléfono',
    QR_CODE: 'Código QR',
    IN_APP: 'Aprobación en la aplicación',
    DEVICE: 'Dispositivo de confianza',
    PALM_BIOMETRICS_RR: 'Escaneo de la palma',
    DIGITAL_CREDENTIAL: 'Credencial digital',
    OIDC_PROVIDER: 'Otra cuenta',
  },
  code_by_mail: {
    subject: 'Su código de {app}',
    lead: 'Alguien ha pedido a {app} que compruebe que es usted. Si ha sido usted, introduzca este código.',
  },
  code_by_phone: {
    subject: 'Su código de {app}',
    lead: '{code} es su código de {app}. No se lo diga a nadie.',
  },
  code: { label: 'Código', life: 'El código funciona una sola vez, hasta el {time}.' },
  sign_in_link: {
    subject: '{app}: confirme que es usted',
    lead: 'Alguien ha pedido a {app} que compruebe que es usted. Si ha sido usted, abra el enlace y confírmelo.',
  },
  authenticator_added: {
    subject: 'Se ha añadido un método de acceso a su cuenta de {app}',
    lead: 'A partir de ahora sirve para confirmar que es usted.',
  },
  authenticator_removed: {
    subject: 'Se ha eliminado un método de acceso de su cuenta de {app}',
    lead: 'Ya no funciona para su cuenta.',
  },
  recovery_used: {
    subject: 'Se ha recuperado el acceso a su cuenta de {app}',
    lead: 'Alguien ha usado un código o un enlace de recuperación de su cuenta. No se puede volver a usar.',
  },
  recovery_codes_regenerated: {
    subject: 'Nuevos códigos de recuperación para su cuenta de {app}',
    lead: 'Se han creado nuevos códigos de recuperación. Los anteriores ya no funcionan.',
  },
  new_device: {
    subject: 'Su cuenta de {app} se ha usado en un dispositivo nuevo',
    lead: 'Se ha confirmado su identidad en un dispositivo que no se había usado antes con su cuenta.',
  },
  dispute_opened: {
    subject: 'Se ha notificado una operación de su cuenta de {app}',
    lead: 'Se ha notificado que no la hizo usted. Por eso, ese dispositivo y ese lugar ya no se consideran de confianza.',
  },
  enrolment_link_issued: {
    subject: 'Un enlace de recuperación para su cuenta de {app}',
    lead: 'El servicio de atención de {app} ha creado un enlace para configurar un nuevo método de acceso a su cuenta.',
  },
  notMe: {
    text: 'Si ha sido usted, no tiene que hacer nada. Si no, avísenos ahora: nadie podrá añadir un método de acceso a su cuenta hasta que {app} la haya revisado.',
    label: 'No he sido yo',
    phone: '¿No ha sido usted? {url}',
    withoutLink: 'Si no ha sido usted, póngase en contacto con {app} cuanto antes.',
  },
  signInLink: {
    label: 'Continuar',
    life: 'El enlace funciona una sola vez, hasta el {time}.',
    unexpected: 'Si no lo ha pedido usted, no lo confirme. Si no lo confirma, no ocurre nada.',
  },
  enrolmentLink: {
    life: 'Funciona una sola vez, desde el {from} hasta el {time}.',
    label: 'Configurar un método de acceso',
    cancel: 'Si no lo ha pedido usted, anule el enlace.',
    cancelLabel: 'Anular el enlace',
  },
  pages: {
    notMe: {
      title: '¿No ha sido usted?',
      explain:
        'Pulse el botón si no ha sido usted. Nadie podrá añadir un método de acceso a su cuenta hasta que {app} la haya revisado, y {app} sabrá que no ha sido usted.',
      button: 'No he sido yo',
      otherwise: 'Si ha sido usted, cierre esta página. No ha cambiado nada.',
      doneTitle: 'Su cuenta está protegida',
      done: 'Ahora nadie puede añadirle un método de acceso. Póngase en contacto con {app} para revisar juntos su cuenta.',
    },
    link: {
      title: '¿Es usted?',
      explain: 'Confírmelo solo si acaba de pedírselo usted a {app}.',
      button: 'Sí, confirmar',
      otherwise: 'Si no lo ha pedido usted, cierre esta página. No ocurrirá nada.',
      doneTitle: 'Confirmado',
      done: 'Puede cerrar esta página y seguir donde estaba.',
      codeTitle: 'Introduzca este código',
      code: 'Introduzca este código en la página donde pidió el enlace:',
      codeLife: 'Funciona una sola vez, hasta el {time}.',
      codeWarning: 'No lo introduzca en ningún otro sitio ni se lo diga a nadie. {app} nunca se lo pedirá por teléfono ni por chat.',
    },
    cancelled: {
      title: 'El enlace de recuperación está anulado',
      text: 'Ya nadie puede usarlo. Si no lo ha pedido usted, avise a {app}: quizá alguien intenta entrar en su cuenta. Si lo necesita, pida uno nuevo a {app}.',
    },
    gone: {
      title: 'Este enlace ya no funciona',
      text: 'Ya se ha usado o ha caducado. Si todavía lo necesita, vuelva a pedirlo donde lo pidió.',
    },
  },
  footer: 'Recibe este mensaje porque tiene una cuenta en {app}.',
}
