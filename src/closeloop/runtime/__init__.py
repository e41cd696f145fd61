"""Run the system: kernel, worker, installation of apps, processes and database kept alive."""
