/** The bank's customers. They sign in with a click instead of a password: this demo is about what follows. */
export interface Person {
  id: string
  name: string
  email: string
  accountName: string
  accountNumber: string
  openingBalanceInCents: number
  payees: readonly Payee[]
  /** Transactions before the demo began, for display only. */
  history: readonly PastEntry[]
}

export interface PastEntry {
  name: string
  note: string
  /** Negative: money paid out. */
  amountInCents: number
  daysAgo: number
}

export interface Payee {
  id: string
  name: string
  accountNumber: string
  note: string
}

export const people: readonly Person[] = [
  {
    id: 'ada',
    name: 'Ada Okafor',
    email: 'ada.okafor@example.com',
    accountName: 'Everyday account',
    accountNumber: '4417 2093 8841',
    openingBalanceInCents: 1_284_062,
    payees: [
      { id: 'ada-rent', name: 'Birchwood Property', accountNumber: '6021 7714 0352', note: 'Rent' },
      { id: 'ada-sam', name: 'Sam Okafor', accountNumber: '4417 5510 2276', note: 'Brother' },
      { id: 'ada-garage', name: 'Delgado Auto Repair', accountNumber: '3308 9142 6605', note: 'Car' },
    ],
    history: [
      { name: 'Harbor Design Co.', note: 'Salary', amountInCents: 324000, daysAgo: 4 },
      { name: 'Green Basket Market', note: 'Card payment', amountInCents: -8645, daysAgo: 5 },
      { name: 'City Light & Power', note: 'Direct debit', amountInCents: -6120, daysAgo: 9 },
    ],
  },
  {
    id: 'ben',
    name: 'Ben Lindqvist',
    email: 'ben.lindqvist@example.com',
    accountName: 'Everyday account',
    accountNumber: '4417 6120 3395',
    openingBalanceInCents: 2_910_518,
    payees: [
      { id: 'ben-school', name: 'Lakeside Music School', accountNumber: '2750 1836 9947', note: 'Piano lessons' },
      { id: 'ben-nora', name: 'Nora Lindqvist', accountNumber: '4417 0083 5571', note: 'Sister' },
      { id: 'ben-roof', name: 'Hartley Roofing', accountNumber: '8164 2205 7730', note: 'New roof' },
    ],
    history: [
      { name: 'Lindqvist Carpentry', note: 'Invoice 2041', amountInCents: 418000, daysAgo: 2 },
      { name: 'Pine Street Hardware', note: 'Card payment', amountInCents: -23790, daysAgo: 3 },
      { name: 'Northern Rail', note: 'Card payment', amountInCents: -4250, daysAgo: 8 },
    ],
  },
  {
    id: 'chloe',
    name: 'Chloe Marchetti',
    email: 'chloe.marchetti@example.com',
    accountName: 'Studio account',
    accountNumber: '4417 8876 1204',
    openingBalanceInCents: 763_947,
    payees: [
      { id: 'chloe-print', name: 'Fern & Fold Printers', accountNumber: '5593 4471 8026', note: 'Spring catalogue' },
      { id: 'chloe-jun', name: 'Jun Tanaka', accountNumber: '1907 6634 2281', note: 'Photographs' },
      { id: 'chloe-rent', name: 'Canal Street Studios', accountNumber: '6021 3389 7415', note: 'Studio rent' },
    ],
    history: [
      { name: 'Atelier Moreau', note: 'Commission', amountInCents: 185000, daysAgo: 6 },
      { name: 'Paper & Ink Supply', note: 'Card payment', amountInCents: -11275, daysAgo: 7 },
      { name: 'Corner Bakery', note: 'Card payment', amountInCents: -1480, daysAgo: 7 },
    ],
  },
]

export function findPerson(id: string | undefined): Person | undefined {
  return people.find((person) => person.id === id)
}
