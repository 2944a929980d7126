import { useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { type BenchEvent, sentValue, type TriedEvent } from './bench-events.ts'

type DataPoint = components['schemas']['CustomDataPoint']

/** The event on the bench, to be changed. */
export function BenchForm({
  event: { event, signals },
  dataPoints,
  onChange,
}: {
  event: BenchEvent
  dataPoints: readonly DataPoint[]
  onChange: (event: TriedEvent) => void
}) {
  const set = (fields: Partial<TriedEvent>) => {
    const next = { ...event, ...fields }
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '' && value !== undefined)) as TriedEvent)
  }
  const ofAction = dataPoints.filter(({ modelType }) => modelType === 'action')
  const isReal = event.userId !== undefined
  const enrolled = event.user?.enrolledVerificationMethods
  return (
    <details open className="border-t pt-2">
      <summary className="text-sm font-medium">The event</summary>
      <div className="mt-2 grid grid-cols-2 gap-x-3 gap-y-2">
        <TextField
          label="User id"
          placeholder="somebody unknown"
          value={event.userId ?? ''}
          onValue={(userId) => set({ userId, ...(userId === '' ? {} : { user: undefined }) })}
          hint={isReal ? 'With what is known of this user.' : 'An id of yours: with what is usual for them.'}
        />
        <TextField label="Address" isMono value={event.ipAddress ?? ''} onValue={(ipAddress) => set({ ipAddress })} />
        <TextField label="Device id" isMono value={event.deviceId ?? ''} onValue={(deviceId) => set({ deviceId })} />
        {isReal ? (
          <TextField label="Time (UTC)" isMono value={event.at ?? ''} placeholder="now" onValue={(at) => set({ at })} />
        ) : (
          <Select
            label="Has a passkey"
            value={enrolled !== undefined && enrolled.length > 0 ? 'yes' : 'no'}
            onValue={(value) => set({ user: { ...event.user, enrolledVerificationMethods: value === 'yes' ? ['PASSKEY'] : [] } })}
            options={[
              { value: 'yes', label: 'yes' },
              { value: 'no', label: 'no' },
            ]}
          />
        )}
        {ofAction.map((point) => (
          <DataField
            key={point.id}
            point={point}
            value={event.custom?.[point.name]}
            onValue={(value) => {
              const { [point.name]: _, ...rest } = event.custom ?? {}
              set({ custom: value === undefined ? rest : { ...rest, [point.name]: value } })
            }}
          />
        ))}
        <TextField
          label="User agent"
          isMono
          className="col-span-2"
          value={event.userAgent ?? ''}
          onValue={(userAgent) => set({ userAgent })}
        />
      </div>
      {signals !== undefined && (
        <p className="mt-2 text-xs text-soft">
          The saved test also fixes {Object.keys(signals).join(', ')}. Its line above counts with that; the trace below it shows the event
          without.
        </p>
      )}
    </details>
  )
}

function DataField({ point: { name, dataType }, value, onValue }: { point: DataPoint; value: unknown; onValue: (value: unknown) => void }) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(', ') : value === undefined || value === null ? '' : String(value))
  if (dataType === 'boolean') {
    return (
      <Select
        label={name}
        value={text}
        onValue={(next) => {
          setText(next)
          onValue(sentValue(next, dataType))
        }}
        options={[
          { value: '', label: 'not sent' },
          { value: 'true', label: 'yes' },
          { value: 'false', label: 'no' },
        ]}
      />
    )
  }
  return (
    <TextField
      label={name}
      type={dataType === 'number' ? 'number' : 'text'}
      step="any"
      placeholder="not sent"
      value={text}
      onValue={(next) => {
        setText(next)
        onValue(sentValue(next, dataType))
      }}
    />
  )
}
