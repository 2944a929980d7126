import { sameEverywhere, type Words } from './words.ts'

export const pl: Words = {
  locale: 'pl-PL',
  labels: { action: 'Operacja', method: 'Metoda', name: 'Nazwa', when: 'Kiedy', device: 'Urządzenie', address: 'Adres IP' },
  methods: {
    ...sameEverywhere,
    PASSKEY: 'Klucz dostępu',
    SECURITY_KEY: 'Klucz bezpieczeństwa',
    AUTHENTICATOR_APP: 'Aplikacja uwierzytelniająca',
    SMS: 'Kod SMS',
    EMAIL_OTP: 'Kod e-mail',
    EMAIL_MAGIC_LINK: 'Link e-mail',
    RECOVERY_CODE: 'Kody odzyskiwania',
    PUSH: 'Zatwierdzenie w telefonie',
    QR_CODE: 'Kod QR',
    IN_APP: 'Zatwierdzenie w aplikacji',
    DEVICE: 'Zaufane urządzenie',
    PALM_BIOMETRICS_RR: 'Skan dłoni',
    DIGITAL_CREDENTIAL: 'Poświadczenie cyfrowe',
    OIDC_PROVIDER: 'Inne konto',
  },
  code_by_mail: {
    subject: '{app}: Twój kod',
    lead: 'Ktoś poprosił {app} o sprawdzenie, czy to Ty. Jeśli tak, wpisz poniższy kod.',
  },
  code_by_phone: {
    subject: '{app}: Twój kod',
    lead: '{app}: Twój kod to {code}. Nie podawaj go nikomu.',
  },
  code: { label: 'Kod', life: 'Kod działa jeden raz, do {time}.' },
  sign_in_link: {
    subject: '{app}: potwierdź, że to Ty',
    lead: 'Ktoś poprosił {app} o sprawdzenie, czy to Ty. Jeśli tak, otwórz link i potwierdź.',
  },
  authenticator_added: {
    subject: '{app}: do Twojego konta dodano metodę logowania',
    lead: 'Od teraz można nią potwierdzać Twoją tożsamość.',
  },
  authenticator_removed: {
    subject: '{app}: z Twojego konta usunięto metodę logowania',
    lead: 'Nie działa już ona dla Twojego konta.',
  },
  recovery_used: {
    subject: '{app}: odzyskano dostęp do Twojego konta',
    lead: 'Ktoś użył kodu lub linku do odzyskania Twojego konta. Nie można go użyć ponownie.',
  },
  recovery_codes_regenerated: {
    subject: '{app}: nowe kody odzyskiwania Twojego konta',
    lead: 'Utworzono nowe kody odzyskiwania. Poprzednie już nie działają.',
  },
  new_device: {
    subject: '{app}: Twojego konta użyto na nowym urządzeniu',
    lead: 'Twoją tożsamość potwierdzono na urządzeniu, którego wcześniej nie używano z Twoim kontem.',
  },
  dispute_opened: {
    subject: '{app}: zgłoszono operację na Twoim koncie',
    lead: 'Zgłoszono, że to nie Ty. Urządzenie i miejsce nie są już z tego powodu uznawane za zaufane.',
  },
  enrolment_link_issued: {
    subject: '{app}: link do odzyskania Twojego konta',
    lead: 'Dział wsparcia {app} utworzył link, za pomocą którego można ustawić nową metodę logowania do Twojego konta.',
  },
  notMe: {
    text: 'Jeśli to Ty, nie musisz nic robić. Jeśli nie, daj nam znać teraz: nikt nie doda metody logowania do Twojego konta, dopóki {app} go nie sprawdzi.',
    label: 'To nie ja',
    phone: 'To nie Ty? {url}',
    withoutLink: 'Jeśli to nie Ty, od razu skontaktuj się z {app}.',
  },
  signInLink: {
    label: 'Dalej',
    life: 'Link działa jeden raz, do {time}.',
    unexpected: 'Jeśli to nie Ty o to prosisz, nie potwierdzaj. Bez Twojego potwierdzenia nic się nie stanie.',
  },
  enrolmentLink: {
    life: 'Działa jeden raz, od {from} do {time}.',
    label: 'Ustaw metodę logowania',
    cancel: 'Jeśli to nie Ty o to prosisz, anuluj link.',
    cancelLabel: 'Anuluj link',
  },
  pages: {
    notMe: {
      title: 'To nie Ty?',
      explain:
        'Naciśnij przycisk, jeśli to nie Ty. Nikt nie doda wtedy metody logowania do Twojego konta, dopóki {app} go nie sprawdzi, a {app} dowie się, że to nie Ty.',
      button: 'To nie ja',
      otherwise: 'Jeśli to jednak Ty, zamknij tę stronę. Nic się nie zmieniło.',
      doneTitle: 'Twoje konto jest chronione',
      done: 'Nikt nie może teraz dodać do niego metody logowania. Skontaktuj się z {app}, aby wspólnie sprawdzić konto.',
    },
    link: {
      title: 'Czy to Ty?',
      explain: 'Potwierdź tylko wtedy, gdy przed chwilą to Ty poprosiłeś lub poprosiłaś o to {app}.',
      button: 'Tak, potwierdzam',
      otherwise: 'Jeśli to nie Ty o to prosisz, zamknij tę stronę. Nic się nie stanie.',
      doneTitle: 'Potwierdzono',
      done: 'Możesz zamknąć tę stronę i wrócić do poprzedniej.',
      codeTitle: 'Wpisz ten kod',
      code: 'Wpisz ten kod na stronie, na której poproszono o link:',
      codeLife: 'Działa jeden raz, do {time}.',
      codeWarning: 'Nie wpisuj go nigdzie indziej i nikomu go nie podawaj. {app} nigdy nie poprosi o niego przez telefon ani na czacie.',
    },
    cancelled: {
      title: 'Link do odzyskania konta został anulowany',
      text: 'Nikt nie może go już użyć. Jeśli to nie Ty o niego prosisz, powiadom {app}: ktoś może próbować dostać się na Twoje konto. Jeśli link jest Ci potrzebny, poproś {app} o nowy.',
    },
    gone: {
      title: 'Ten link już nie działa',
      text: 'Został już użyty albo wygasł. Jeśli nadal jest potrzebny, poproś o nowy tam, skąd pochodził.',
    },
  },
  footer: 'Otrzymujesz tę wiadomość, ponieważ masz konto w {app}.',
}
