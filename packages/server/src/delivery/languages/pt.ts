import { sameEverywhere, type Words } from './words.ts'

export const pt: Words = {
  locale: 'pt-BR',
  labels: { action: 'Operação', method: 'Método', name: 'Nome', when: 'Data', device: 'Dispositivo', address: 'Endereço IP' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Chave de acesso',
    SECURITY_KEY: 'Chave de segurança',
    AUTHENTICATOR_APP: 'Aplicativo autenticador',
    SMS: 'Código por SMS',
    EMAIL_OTP: 'Código por e-mail',
    EMAIL_MAGIC_LINK: 'Link por e-mail',
    RECOVERY_CODE: 'Códigos de recuperação',
    PUSH: 'Aprovação no celular',
    QR_CODE: 'Código QR',
    IN_APP: 'Aprovação no aplicativo',
    DEVICE: 'Dispositivo confiável',
    PALM_BIOMETRICS_RR: 'Leitura da palma da mão',
    DIGITAL_CREDENTIAL: 'Credencial digital',
    OIDC_PROVIDER: 'Outra conta',
  },
  code_by_mail: {
    subject: 'Seu código de {app}',
    lead: 'Alguém pediu que {app} verifique se é você. Se foi você, digite o código abaixo.',
  },
  code_by_phone: {
    subject: 'Seu código de {app}',
    lead: '{code} é o seu código de {app}. Não o informe a ninguém.',
  },
  code: { label: 'Código', life: 'O código funciona uma única vez, até {time}.' },
  sign_in_link: {
    subject: '{app}: confirme que é você',
    lead: 'Alguém pediu que {app} verifique se é você. Se foi você, abra o link e confirme.',
  },
  authenticator_added: {
    subject: 'Um método de acesso foi adicionado à sua conta em {app}',
    lead: 'A partir de agora, ele pode ser usado para confirmar que é você.',
  },
  authenticator_removed: {
    subject: 'Um método de acesso foi removido da sua conta em {app}',
    lead: 'Ele não funciona mais para a sua conta.',
  },
  recovery_used: {
    subject: 'O acesso à sua conta em {app} foi recuperado',
    lead: 'Alguém usou um código ou um link de recuperação da sua conta. Ele não pode ser usado de novo.',
  },
  recovery_codes_regenerated: {
    subject: 'Novos códigos de recuperação para a sua conta em {app}',
    lead: 'Novos códigos de recuperação foram criados. Os antigos não funcionam mais.',
  },
  new_device: {
    subject: 'Sua conta em {app} foi usada em um novo dispositivo',
    lead: 'Sua identidade foi confirmada em um dispositivo que ainda não tinha sido usado com a sua conta.',
  },
  dispute_opened: {
    subject: 'Uma operação na sua conta em {app} foi denunciada',
    lead: 'Foi informado que não foi você quem a fez. Por isso, o dispositivo e o local deixaram de ser considerados confiáveis.',
  },
  enrolment_link_issued: {
    subject: 'Um link de recuperação para a sua conta em {app}',
    lead: 'O atendimento de {app} criou um link para configurar um novo método de acesso à sua conta.',
  },
  notMe: {
    text: 'Se foi você, não precisa fazer nada. Se não foi, avise agora: ninguém poderá adicionar um método de acesso à sua conta até que {app} a verifique.',
    label: 'Não fui eu',
    phone: 'Não foi você? {url}',
    withoutLink: 'Se não foi você, entre em contato com {app} imediatamente.',
  },
  signInLink: {
    label: 'Continuar',
    life: 'O link funciona uma única vez, até {time}.',
    unexpected: 'Se você não pediu isso, não confirme. Sem a sua confirmação, nada acontece.',
  },
  enrolmentLink: {
    life: 'Ele funciona uma única vez, de {from} até {time}.',
    label: 'Configurar um método de acesso',
    cancel: 'Se você não pediu isso, cancele o link.',
    cancelLabel: 'Cancelar o link',
  },
  pages: {
    notMe: {
      title: 'Não foi você?',
      explain:
        'Aperte o botão se não foi você. Ninguém poderá adicionar um método de acesso à sua conta até que {app} a verifique, e {app} saberá que não foi você.',
      button: 'Não fui eu',
      otherwise: 'Se foi você, feche esta página. Nada mudou.',
      doneTitle: 'Sua conta está protegida',
      done: 'Agora ninguém pode adicionar um método de acesso a ela. Entre em contato com {app} para revisar sua conta.',
    },
    link: {
      title: 'É você?',
      explain: 'Confirme apenas se você mesmo acabou de pedir isso em {app}.',
      button: 'Sim, confirmar',
      otherwise: 'Se você não pediu isso, feche esta página. Nada vai acontecer.',
      doneTitle: 'Confirmado',
      done: 'Você pode fechar esta página e continuar de onde parou.',
      codeTitle: 'Digite este código',
      code: 'Digite este código na página em que você pediu o link:',
      codeLife: 'Ele funciona uma única vez, até {time}.',
      codeWarning: 'Não o digite em nenhum outro lugar nem o informe a ninguém. {app} nunca o pedirá por telefone ou chat.',
    },
    cancelled: {
      title: 'O link de recuperação foi cancelado',
      text: 'Ninguém mais pode usá-lo. Se você não pediu isso, avise {app}: alguém pode estar tentando entrar na sua conta. Se precisar dele, peça um novo a {app}.',
    },
    gone: {
      title: 'Este link não funciona mais',
      text: 'Ele já foi usado ou expirou. Se ainda precisar dele, faça o pedido de novo onde o fez antes.',
    },
  },
  footer: 'Você recebeu esta mensagem porque tem uma conta em {app}.',
}
