"""The only shell: fetch, plan, deliver, settle, reconcile."""
