# SPDX-License-Identifier: Apache-2.0
"""A host of the testbed whose programs run on given cores and nowhere else."""


class PinnedHost:
    def __init__(self, host, cores):
        self.host, self.cores = host, sorted(cores)
        self.name, self.ip = host.name, host.ip

    def pinned(self, command):
        return ["taskset", "--cpu-list", ",".join(map(str, self.cores)), *command]

    def run(self, command, **options):
        return self.host.run(self.pinned(command), **options)

    def spawn(self, command, log):
        return self.host.spawn(self.pinned(command), log)

    def write_kernel_file(self, path, value):
        """Writes a file below /proc/sys/net or /sys/class/net as this namespace has it."""
        self.host.run(["sh", "-c", f"echo '{value}' > {path}"])
