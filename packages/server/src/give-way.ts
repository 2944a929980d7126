import { setPriority } from 'node:os'

/**
 * Lowers the priority of this thread to what others leave over; the higher `niceness`, the lower. On Linux a thread has a priority of its own. Elsewhere it would be that of the whole process,
 * so nothing happens there.
 */
export function giveWay(niceness: number): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, niceness)
  } catch {
    // A sandbox that forbids it.
  }
}
