import { sameEverywhere, type Words } from './words.ts'

export const ja: Words = {
  locale: 'ja-JP',
  labels: { action: '操作', method: '認証方法', name: '名前', when: '日時', device: 'デバイス', address: 'IPアドレス' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'パスキー',
    SECURITY_KEY: 'セキュリティキー',
    AUTHENTICATOR_APP: '認証アプリ',
    SMS: 'SMSのコード',
    EMAIL_OTP: 'メールのコード',
    EMAIL_MAGIC_LINK: 'メールのリンク',
    RECOVERY_CODE: 'リカバリーコード',
    PUSH: 'スマートフォンでの承認',
    QR_CODE: 'QRコード',
    IN_APP: 'アプリでの承認',
    DEVICE: '信頼済みデバイス',
    PALM_BIOMETRICS_RR: '手のひら認証',
    DIGITAL_CREDENTIAL: 'デジタル証明書',
    OIDC_PROVIDER: '外部アカウント',
  },
  code_by_mail: {
    subject: '{app}の認証コード',
    lead: '{app}でご本人確認が求められました。お心当たりがある場合は、次のコードを入力してください。',
  },
  code_by_phone: {
    subject: '{app}の認証コード',
    lead: '{app}の認証コードは{code}です。誰にも教えないでください。',
  },
  code: { label: 'コード', life: 'コードは一度だけ有効です。有効期限：{time}' },
  sign_in_link: {
    subject: '{app}：ご本人確認のお願い',
    lead: '{app}でご本人確認が求められました。お心当たりがある場合は、リンクを開いて確認してください。',
  },
  authenticator_added: {
    subject: '{app}のアカウントに認証方法が追加されました',
    lead: '今後、この方法でご本人確認ができるようになります。',
  },
  authenticator_removed: {
    subject: '{app}のアカウントから認証方法が削除されました',
    lead: 'この方法は、お客様のアカウントでは使えなくなりました。',
  },
  recovery_used: {
    subject: '{app}のアカウントが復旧されました',
    lead: 'お客様のアカウントのリカバリーコードまたは復旧用リンクが使われました。同じものは二度と使えません。',
  },
  recovery_codes_regenerated: {
    subject: '{app}のリカバリーコードが新しくなりました',
    lead: '新しいリカバリーコードが発行されました。以前のコードは使えません。',
  },
  new_device: {
    subject: '{app}のアカウントが新しいデバイスで使われました',
    lead: 'これまで使われたことのないデバイスで、ご本人確認が行われました。',
  },
  dispute_opened: {
    subject: '{app}のアカウントでの操作が報告されました',
    lead: 'お客様ご本人の操作ではないと報告されました。そのため、このデバイスと場所は信頼済みではなくなりました。',
  },
  enrolment_link_issued: {
    subject: '{app}のアカウント復旧用リンク',
    lead: '{app}のサポートが、お客様のアカウントに新しい認証方法を設定するためのリンクを発行しました。',
  },
  notMe: {
    text: 'お客様ご本人の操作であれば、何もする必要はありません。お心当たりがない場合は、今すぐお知らせください。{app}が確認するまで、誰もアカウントに認証方法を追加できなくなります。',
    label: '自分ではありません',
    phone: 'お心当たりがない場合：{url}',
    withoutLink: 'お心当たりがない場合は、すぐに{app}へご連絡ください。',
  },
  signInLink: {
    label: '続ける',
    life: 'リンクは一度だけ有効です。有効期限：{time}',
    unexpected: 'お心当たりがない場合は、確認しないでください。確認しない限り、何も起こりません。',
  },
  enrolmentLink: {
    life: 'リンクは{from}から{time}まで、一度だけ有効です。',
    label: '認証方法を設定する',
    cancel: 'お心当たりがない場合は、リンクを取り消してください。',
    cancelLabel: 'リンクを取り消す',
  },
  pages: {
    notMe: {
      title: 'お心当たりがありませんか？',
      explain:
        'ご本人の操作でない場合は、ボタンを押してください。{app}が確認するまで、誰もアカウントに認証方法を追加できなくなり、ご本人の操作ではないことが{app}に伝わります。',
      button: '自分ではありません',
      otherwise: 'ご本人の操作であれば、このページを閉じてください。何も変わっていません。',
      doneTitle: 'アカウントは保護されました',
      done: '現在、誰も認証方法を追加できません。{app}へご連絡のうえ、アカウントの状態をご確認ください。',
    },
    link: {
      title: 'ご本人ですか？',
      explain: 'たった今、ご自身で{app}に求めた場合に限り、確認してください。',
      button: 'はい、確認します',
      otherwise: 'お心当たりがない場合は、このページを閉じてください。何も起こりません。',
      doneTitle: '確認しました',
      done: 'このページを閉じて、元の画面に戻ってください。',
      codeTitle: 'このコードを入力してください',
      code: 'リンクを求めた画面に、このコードを入力してください。',
      codeLife: 'コードは一度だけ有効です。有効期限：{time}',
      codeWarning: 'ほかの場所には入力せず、誰にも教えないでください。{app}が電話やチャットでお尋ねすることはありません。',
    },
    cancelled: {
      title: '復旧用リンクを取り消しました',
      text: 'このリンクはもう誰も使えません。お心当たりがない場合は、第三者がアカウントに入ろうとしているおそれがありますので、{app}へお知らせください。必要な場合は、新しいリンクを{app}へご依頼ください。',
    },
    gone: {
      title: 'このリンクは使えません',
      text: 'すでに使われたか、有効期限が切れています。必要な場合は、元の画面からもう一度やり直してください。',
    },
  },
  footer: 'このメッセージは、{app}のアカウントをお持ちの方にお送りしています。',
}
