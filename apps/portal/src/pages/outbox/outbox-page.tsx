import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { useHref } from '../../url/use-href.ts'
import { useParam } from '../../url/use-param.ts'
import { kindInWords, type Message, outboxSentence } from './describe-message.ts'
import { MessageSheet } from './message-sheet.tsx'
import { MessageState } from './message-state.tsx'

const none = text()

/** The latest messages to people: to read while no mail server is set up, else what became of them. */
export default function OutboxPage() {
  const { may } = useMe()
  return may('GET /outbox') ? (
    <Outbox />
  ) : (
    <Page title="Outbox" sentence="Messages to people hold codes and links, so only owners and admins see them.">
      {null}
    </Page>
  )
}

function Outbox() {
  const [openId, setOpenId] = useParam('open', none)
  const href = useHref()
  const query = useQuery({
    queryKey: ['outbox'],
    queryFn: ({ signal }) => api.get('/outbox', { query: { limit: 200 }, signal }),
    refetchInterval: 3_000,
  })
  const columns: Column<Message>[] = [
    {
      id: 'what',
      title: 'About',
      cell: ({ kind, subject }) => (subject === undefined ? kindInWords(kind) : <UserText>{subject}</UserText>),
    },
    { id: 'to', title: 'To', width: '18rem', isWideOnly: true, cell: ({ to }) => <UserText>{to}</UserText> },
    { id: 'state', title: 'State', width: '9rem', narrowWidth: '6.5rem', cell: ({ state }) => <MessageState state={state} /> },
    { id: 'at', title: 'Written', width: '9rem', narrowWidth: '5.5rem', cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
  ]
  return (
    <Page title="Outbox" sentence={query.data === undefined ? 'The latest messages to people.' : outboxSentence(query.data)}>
      <Loaded query={query} what="the outbox" lines={6}>
        {({ mail, messages }) =>
          messages.length === 0 ? (
            <NothingYet isSetUp={mail.state !== 'not_set_up'} />
          ) : (
            <>
              <Table
                label="Messages"
                rows={messages}
                rowId={({ messageId }) => messageId}
                columns={columns}
                href={({ messageId }) => href({ open: messageId })}
                openId={openId}
              />
              <p className="mt-2 text-xs text-soft">
                The last 200 at most, in the memory of this server: a restart empties the list.
                {mail.state === 'not_set_up' && ' For real mail, start the server with SALLYPORT_MAIL_URL and SALLYPORT_MAIL_FROM.'}
              </p>
            </>
          )
        }
      </Loaded>
      <MessageSheet messageId={openId} onClose={() => setOpenId('')} />
    </Page>
  )
}

function NothingYet({ isSetUp }: { isSetUp: boolean }) {
  if (isSetUp) {
    return (
      <Empty title="No message was sent since this server started.">
        Invitations with an address, and notices to admins about their own accounts, appear here with what became of them.
      </Empty>
    )
  }
  return (
    <Empty title="No message waits here.">
      Invite somebody with a mail address, or add yours to your account: what would be mailed appears here. For real mail, start the server
      with <code className="font-mono text-xs">SALLYPORT_MAIL_URL</code> and <code className="font-mono text-xs">SALLYPORT_MAIL_FROM</code>.
    </Empty>
  )
}
