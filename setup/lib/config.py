"""Odoo's configuration file."""

from .odoo_source import addons_folders


def build(environment, ports):
    """Return the options of odoo.conf.

    :param tuple ports: HTTP port and long-polling port
    """
    place, server = environment.place, environment.server
    folders = [place.root, *addons_folders(environment.odoo)]
    options = {
        "addons_path": ",".join(str(folder) for folder in folders),
        "admin_passwd": environment.settings.secret("admin_passwd"),
        "bin_path": place.venv / "bin",
        "data_dir": environment.data,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "db_sslmode": server.sslmode,
        "http_interface": "127.0.0.1",
        "http_port": ports[0],
        "gevent_port": ports[1],
        "list_db": False,
        "max_cron_threads": 1,
        # one batch of letters may take minutes on a small machine
        "limit_time_real": 600,
        "limit_time_real_cron": 3600,
    }
    return {name: value for name, value in options.items() if value not in ("", None)}


def write(path, options):
    """Write odoo.conf, readable by its owner alone, if it differs."""
    text = "[options]\n" + "".join(
        f"{name} = {value}\n" for name, value in options.items()
    )
    if not path.exists() or path.read_text() != text:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text)
    return path
