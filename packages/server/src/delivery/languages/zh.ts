import { sameEverywhere, type Words } from './words.ts'

export const zh: Words = {
  locale: 'zh-CN',
  labels: { action: '操作', method: '验证方式', name: '名称', when: '时间', device: '设备', address: 'IP 地址' },
  methods: {
    ...sameEverywhere,
    PASSKEY: '通行密钥',
    SECURITY_KEY: '安全密钥',
    AUTHENTICATOR_APP: '身份验证器应用',
    SMS: '短信验证码',
    EMAIL_OTP: '邮件验证码',
    EMAIL_MAGIC_LINK: '邮件链接',
    RECOVERY_CODE: '恢复代码',
    PUSH: '手机确认',
    QR_CODE: '二维码',
    IN_APP: '应用内确认',
    DEVICE: '受信任的设备',
    PALM_BIOMETRICS_RR: '掌纹识别',
    DIGITAL_CREDENTIAL: '数字凭证',
    OIDC_PROVIDER: '其他账户',
  },
  code_by_mail: {
    subject: '您的 {app} 验证码',
    lead: '有人请求 {app} 核实您的身份。如果是您本人，请输入以下验证码。',
  },
  code_by_phone: {
    subject: '您的 {app} 验证码',
    lead: '您的 {app} 验证码是 {code}。请勿告诉任何人。',
  },
  code: { label: '验证码', life: '验证码仅可使用一次，有效期至 {time}。' },
  sign_in_link: {
    subject: '{app}：请确认是您本人',
    lead: '有人请求 {app} 核实您的身份。如果是您本人，请打开链接并确认。',
  },
  authenticator_added: {
    subject: '您的 {app} 账户添加了一种验证方式',
    lead: '从现在起，可以用它来确认您的身份。',
  },
  authenticator_removed: {
    subject: '您的 {app} 账户移除了一种验证方式',
    lead: '它已不能再用于您的账户。',
  },
  recovery_used: {
    subject: '您的 {app} 账户已通过恢复方式访问',
    lead: '有人使用了您账户的恢复代码或恢复链接。它不能再次使用。',
  },
  recovery_codes_regenerated: {
    subject: '您的 {app} 账户有了新的恢复代码',
    lead: '已生成新的恢复代码，旧代码已失效。',
  },
  new_device: {
    subject: '您的 {app} 账户在新设备上使用',
    lead: '有人在一台从未用于您账户的设备上通过了身份验证。',
  },
  dispute_opened: {
    subject: '您的 {app} 账户有一项操作被举报',
    lead: '有人举报该操作并非您本人所为，因此该设备和地点不再受信任。',
  },
  enrolment_link_issued: {
    subject: '您的 {app} 账户恢复链接',
    lead: '{app} 客服创建了一个链接，可用来为您的账户设置新的验证方式。',
  },
  notMe: {
    text: '如果是您本人操作，无需处理。如果不是，请立即告诉我们：在 {app} 核查之前，任何人都不能为您的账户添加验证方式。',
    label: '不是我本人',
    phone: '不是您本人？{url}',
    withoutLink: '如果不是您本人操作，请立即联系 {app}。',
  },
  signInLink: {
    label: '继续',
    life: '链接仅可使用一次，有效期至 {time}。',
    unexpected: '如果不是您本人请求，请不要确认。只要您不确认，就不会发生任何事。',
  },
  enrolmentLink: {
    life: '链接仅可使用一次，有效期自 {from} 至 {time}。',
    label: '设置验证方式',
    cancel: '如果不是您本人请求，请取消该链接。',
    cancelLabel: '取消链接',
  },
  pages: {
    notMe: {
      title: '不是您本人操作？',
      explain: '如果不是您本人操作，请点击按钮。在 {app} 核查之前，任何人都不能为您的账户添加验证方式，{app} 也会知道这不是您本人。',
      button: '不是我本人',
      otherwise: '如果是您本人操作，请关闭此页面。没有任何更改。',
      doneTitle: '您的账户已受到保护',
      done: '现在任何人都不能为它添加验证方式。请联系 {app}，一起检查您的账户。',
    },
    link: {
      title: '是您本人吗？',
      explain: '仅当您刚刚亲自向 {app} 提出请求时，才进行确认。',
      button: '是的，确认',
      otherwise: '如果不是您本人请求，请关闭此页面。不会发生任何事。',
      doneTitle: '已确认',
      done: '您可以关闭此页面，回到之前的页面继续。',
      codeTitle: '请输入此验证码',
      code: '请在您请求链接的页面上输入此验证码：',
      codeLife: '验证码仅可使用一次，有效期至 {time}。',
      codeWarning: '请勿在其他地方输入，也不要告诉任何人。{app} 绝不会通过电话或聊天索要验证码。',
    },
    cancelled: {
      title: '恢复链接已取消',
      text: '任何人都不能再使用它。如果不是您本人请求，请告知 {app}：可能有人正试图进入您的账户。如果您仍需要，请向 {app} 请求新的链接。',
    },
    gone: {
      title: '此链接已失效',
      text: '它已被使用或已过期。如果仍有需要，请在原来的页面重新请求。',
    },
  },
  footer: '您收到此消息，是因为您在 {app} 拥有账户。',
}
