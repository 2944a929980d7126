import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Menu } from '../../parts/menu.tsx'
import { methodTitle } from '../../parts/method-words.ts'
import { Problem } from '../../parts/problem.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { typeable } from '../../parts/visible-text.ts'
import { type Device, deviceState, rememberUntil } from './describe-device.ts'
import type { Profile } from './unlike-usual.ts'
import { Day } from './usual-marks.tsx'

const daysToRemember = [7, 30, 90]

/** The devices on record: how long each is remembered, and whether it still counts. */
export function UserDevices({ userId, usual }: { userId: string; usual: Profile['devices'] }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [doubted, setDoubted] = useState<Device>()
  const query = useQuery({
    queryKey: ['user', userId, 'devices'],
    queryFn: ({ signal }) => api.get('/users/{userId}/devices', { path: { userId }, signal }),
  })
  const changed = () => client.invalidateQueries({ queryKey: ['user', userId] })
  const remember = (deviceId: string, rememberedUntil: string | null) =>
    api.patch('/users/{userId}/devices/{deviceId}', { path: { userId, deviceId }, body: { rememberedUntil } }).then(changed)
  const change = useMutation({
    mutationFn: ({ device, until }: { device: Device; until: string | null }) => remember(device.deviceId, until),
    onSuccess: (_, { device, until }) =>
      announce(until === null ? 'The device is no longer remembered.' : 'The device is remembered.', () =>
        remember(device.deviceId, device.rememberedUntil ?? null),
      ),
  })
  const mayRemember = may('PATCH /users/{userId}/devices/{deviceId}')
  const mayInvalidate = may('POST /users/{userId}/devices/{deviceId}/invalidate')
  const columns: Column<Device>[] = [
    { id: 'device', title: 'Device', cell: ({ deviceId }) => <CopyId id={deviceId} label="the id of the device" /> },
    {
      id: 'browser',
      title: 'Browser and system',
      width: '14rem',
      isWideOnly: true,
      cell: ({ deviceId }) => {
        const known = usual.find((one) => one.deviceId === deviceId)
        return <UserText>{[known?.browser, known?.os].filter((part) => part !== undefined).join(' on ') || '–'}</UserText>
      },
    },
    { id: 'state', title: 'State', width: '13rem', narrowWidth: '8rem', cell: (device) => <State device={device} /> },
    {
      id: 'since',
      title: 'On record since',
      width: '9rem',
      isWideOnly: true,
      cell: ({ createdAt }) => <Day at={createdAt} />,
    },
    {
      id: 'proof',
      title: 'Last proof on it',
      width: '12rem',
      isWideOnly: true,
      cell: ({ authenticatedAt, lastVerificationMethod }) =>
        authenticatedAt === undefined ? (
          'none'
        ) : (
          <>
            {lastVerificationMethod && `${methodTitle(lastVerificationMethod)}, `}
            <Time at={authenticatedAt} look="relative" />
          </>
        ),
    },
    ...(mayRemember || mayInvalidate
      ? [
          {
            id: 'do',
            title: 'Change',
            isTitleHidden: true,
            width: '3rem',
            narrowWidth: '3rem',
            align: 'end' as const,
            cell: (device: Device) => (
              <Menu
                trigger={<IconButton icon="more" label={`Change device ${typeable(device.deviceId.slice(0, 8))}`} isSmall />}
                groups={[
                  mayRemember
                    ? daysToRemember.map((days) => ({
                        label: `Remember for ${days} days`,
                        onChoose: () => change.mutate({ device, until: rememberUntil(days, Date.now()) }),
                      }))
                    : [],
                  mayRemember && deviceState(device, Date.now()) === 'remembered'
                    ? [{ label: 'Remember no longer', onChoose: () => change.mutate({ device, until: null }) }]
                    : [],
                  mayInvalidate && device.invalidatedAt === undefined
                    ? [{ label: 'Invalidate …', isDanger: true, onChoose: () => setDoubted(device) }]
                    : [],
                ].filter((group) => group.length > 0)}
              />
            ),
          },
        ]
      : []),
  ]
  return (
    <Loaded query={query} what="the devices" lines={2}>
      {(devices) => (
        <>
          {change.isError && <Problem what="The device was not changed" error={change.error} />}
          {devices.length === 0 ? (
            <Empty title="No device is on record.">A device appears here when an action is tracked with its id.</Empty>
          ) : (
            <Table label="Devices" rows={devices} rowId={({ deviceId }) => deviceId} columns={columns} />
          )}
          <Invalidate
            device={doubted}
            onClose={() => setDoubted(undefined)}
            onInvalidate={async ({ deviceId }) => {
              await api.post('/users/{userId}/devices/{deviceId}/invalidate', { path: { userId, deviceId } })
              await changed()
              announce('The device is invalidated.')
            }}
          />
        </>
      )}
    </Loaded>
  )
}

function State({ device }: { device: Device }) {
  const state = deviceState(device, Date.now())
  const { rememberedUntil, invalidatedAt } = device
  if (state === 'remembered' && rememberedUntil !== undefined) {
    return (
      <span className="text-allow">
        remembered, ends <Time at={rememberedUntil} look="relative" />
      </span>
    )
  }
  if (state === 'invalidated' && invalidatedAt !== undefined) {
    return (
      <span className="text-block">
        invalidated <Time at={invalidatedAt} look="relative" />
      </span>
    )
  }
  return <span className="text-soft">not remembered</span>
}

function Invalidate({
  device,
  onClose,
  onInvalidate,
}: {
  device: Device | undefined
  onClose: () => void
  onInvalidate: (device: Device) => Promise<void>
}) {
  const work = useMutation({ mutationFn: onInvalidate, onSuccess: () => close() })
  const close = () => {
    work.reset()
    onClose()
  }
  return (
    <Dialog
      isOpen={device !== undefined}
      onClose={close}
      title="Invalidate the device"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" isBusy={work.isPending} onClick={() => device && work.mutate(device)}>
            Invalidate
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <p>{device && <UserText className="font-mono text-xs">{device.deviceId}</UserText>}</p>
        <p>
          The device is not remembered any more, and what was learned of it no longer counts: it is new to rules and to the score until its
          user proves themselves on it again. This cannot be undone.
        </p>
        {work.isError && <Problem what="The device was not invalidated" error={work.error} />}
      </div>
    </Dialog>
  )
}
