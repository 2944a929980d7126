'use client'

import { useId } from 'react'
import { type Connection, type ConnectionId, connections } from '@/lib/connections'
import styles from './connection-switch.module.css'
import { Icon } from './icons'

/** Only for the demo: a real bank has no such control. */
export function ConnectionSwitch({ current, onChange }: { current: ConnectionId; onChange(id: ConnectionId): void }) {
  const titleId = useId()
  return (
    <section className={styles.strip} aria-labelledby={titleId}>
      <div className={styles.inner}>
        <p className={styles.title} id={titleId}>
          <span className={styles.tag}>Demo</span> You are connecting from
        </p>
        <div className={styles.options} role="radiogroup" aria-labelledby={titleId}>
          {connections.map((connection) => (
            <Option key={connection.id} connection={connection} isCurrent={connection.id === current} onChange={onChange} />
          ))}
        </div>
      </div>
    </section>
  )
}

interface OptionProps {
  connection: Connection
  isCurrent: boolean
  onChange(id: ConnectionId): void
}

function Option({ connection, isCurrent, onChange }: OptionProps) {
  return (
    <label className={styles.option}>
      <input
        className="visually-hidden"
        type="radio"
        name="connection"
        value={connection.id}
        checked={isCurrent}
        onChange={() => onChange(connection.id)}
      />
      <span className={styles.label}>{connection.label}</span>
      <span className={styles.place}>{connection.place}</span>
      <span className={styles.address}>{connection.ipAddress}</span>
      <Icon name={connection.id} size={18} />
    </label>
  )
}
