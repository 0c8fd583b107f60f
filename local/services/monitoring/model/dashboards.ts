/** A dashboard is its text: what its widgets show is asked for by those who draw it. */
export interface Dashboard {
  readonly name: string
  readonly arn: string
  readonly body: string
  readonly modifiedAt: number
}

export class Dashboards {
  readonly #dashboards = new Map<string, Dashboard>()

  put(dashboard: Dashboard): void {
    this.#dashboards.set(dashboard.name, dashboard)
  }

  get(name: string): Dashboard | undefined {
    return this.#dashboards.get(name)
  }

  delete(name: string): void {
    this.#dashboards.delete(name)
  }

  all(): Dashboard[] {
    return [...this.#dashboards.values()]
  }
}
