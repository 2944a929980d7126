import { Component, type ReactNode } from 'react'
import { Problem } from '../parts/problem.tsx'

/** Keeps a page that breaks from taking the frame with it. Another `place` is another try. */
export class Fence extends Component<{ what: string; place?: string; children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: { place?: string }) {
    if (before.place !== this.props.place && this.state.error !== undefined) this.setState({ error: undefined })
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <div className="p-6">
        <Problem what={this.props.what} error={this.state.error} onRetry={() => window.location.reload()} />
      </div>
    )
  }
}
