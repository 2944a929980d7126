import { Empty } from '../../parts/empty.tsx'
import { Facts } from '../../parts/facts.tsx'
import { methodWords } from '../../parts/method-words.ts'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import type { UserRecord } from './read-user.ts'

const columns: Column<[string, unknown]>[] = [
  { id: 'name', title: 'Name', width: '16rem', narrowWidth: '8rem', cell: ([name]) => <UserText>{name}</UserText> },
  {
    id: 'value',
    title: 'Value',
    cell: ([, value]) => <UserText className="font-mono text-xs">{typeof value === 'string' ? value : JSON.stringify(value)}</UserText>,
  },
]

/** What your application said about the user. */
export function UserData({ user }: { user: UserRecord }) {
  const custom = user.custom ?? {}
  const { displayName, locale, defaultVerificationMethod, allowedVerificationMethods } = user
  return (
    <>
      <Facts
        facts={[
          ['Display name', displayName && <UserText key="name">{displayName}</UserText>],
          ['User name', user.username && <UserText key="username">{user.username}</UserText>],
          ['E-mail', user.email && <UserText key="email">{user.email}</UserText>],
          ['Phone', user.phoneNumber && <UserText key="phone">{user.phoneNumber}</UserText>],
          ['Language', locale && <UserText key="locale">{locale}</UserText>],
          ['Asked first', defaultVerificationMethod && methodWords(defaultVerificationMethod)],
          ['May use', allowedVerificationMethods?.map(methodWords).join(', ')],
        ]}
      />
      <Section title="Custom data">
        {Object.keys(custom).length === 0 ? (
          <Empty title="Your application keeps no custom data with this user.">
            What it sends with <code className="font-mono text-xs">PATCH users</code> under{' '}
            <code className="font-mono text-xs">custom</code> stands here, and rules can read it.
          </Empty>
        ) : (
          <Table label="Custom data" rows={Object.entries(custom)} rowId={([name]) => name} columns={columns} />
        )}
      </Section>
    </>
  )
}
