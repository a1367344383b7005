from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rtlint.config import Config
from rtlint.discover import MAX_FILE_BYTES, discover, discovery, kind_of, read_bytes
from rtlint.discover.files import printable, real_name
from rtlint.discover.git import run_git
from rtlint.discover.gitignore import GitIgnore
from rtlint.facts.raw import Problem

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(root: Path, *paths: str, **texts: str) -> None:
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(texts.get(path, ""), encoding="utf-8")


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_bytes("\n".join(lines).encode())


def listed(root: Path, config: Config | None = None) -> dict[str, bool]:
    return {file.path: file.local for file in discover(root, config or Config()).files}


def fake_git(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a script in the place of git, and make the folder around it look like a work tree."""
    folder.mkdir()
    (folder.parent / ".git").mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own git configuration out of a test."""
    home = str(tmp_path_factory.mktemp("home"))
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("XDG_CONFIG_HOME", home)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/rt.js", "javascript"),
        ("src/Rt.TSX", "javascript"),
        ("src/rt.mts", "javascript"),
        ("src/env.ts", "javascript"),
        ("vite-env.d.ts", "other"),
        ("src/types.d.mts", "other"),
        ("public/pusher.min.js", "other"),
        ("src/App.vue", "vue"),
        ("src/App.svelte", "svelte"),
        ("index.htm", "html"),
        ("views/chat.blade.php", "template"),
        ("views/chat.html.erb", "template"),
        ("views/chat.ejs", "template"),
        ("views/user.profile.twig", "template"),
        ("templates/base.html.j2", "template"),
        ("templates/docker-compose.yml.j2", "other"),
        ("assets/app.js.erb", "other"),
        ("app/main.py", "python"),
        ("routes/web.php", "php"),
        (".env", "dotenv"),
        ("apps/web/.env.production.local", "dotenv"),
        ("deploy/production.env", "dotenv"),
        (".env.example", "dotenv"),
        ("env.example", "dotenv"),
        ("prod.env.example", "dotenv"),
        (".env-sample", "dotenv"),
        (".envrc", "other"),
        (".env-cmdrc", "other"),
        (".env.vault", "other"),
        (".env.d.ts", "other"),
        (".env.js", "javascript"),
        ("docker-compose.yml", "compose"),
        ("docker-compose.dev.yaml", "compose"),
        ("docker-compose-local.yml", "compose"),
        ("compose.override.yml", "compose"),
        ("compose.yml.example", "compose"),
        ("composer.yml", "yaml"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("web.Dockerfile", "dockerfile"),
        ("Containerfile", "dockerfile"),
        ("Dockerfile.dockerignore", "dockerignore"),
        ("web/.dockerignore", "dockerignore"),
        ("dockerfile.ts", "javascript"),
        ("package.json", "manifest"),
        ("api/requirements-dev.txt", "manifest"),
        ("api/requirements/base.txt", "manifest"),
        ("api/base.txt", "other"),
        ("pyproject.toml", "manifest"),
        ("composer.json", "manifest"),
        ("tsconfig.app.json", "tsconfig"),
        ("jsconfig.json", "tsconfig"),
        ("data.json", "json"),
        ("docker/nginx/default.conf", "nginx"),
        ("nginx.conf.template", "nginx"),
        ("conf/redis.conf", "other"),
        ("Caddyfile", "caddy"),
        (".github/workflows/ci.yml", "yaml"),
        ("main.go", "other_code"),
        ("README", "other"),
    ],
)
def test_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.usefixtures("no_git")
class TestWalk:
    def test_files_are_sorted_and_carry_kind_role_and_size(self, tmp_path: Path) -> None:
        write(tmp_path, "src/b.ts", "src/a.ts", "a.py", **{"src/a.ts": "12345"})
        found = discover(tmp_path, Config()).files
        assert [(file.path, file.kind, file.role, file.size) for file in found] == [
            ("a.py", "python", "app", 0),
            ("src/a.ts", "javascript", "app", 5),
            ("src/b.ts", "javascript", "app", 0),
        ]

    def test_nested_rules_and_negation(self, tmp_path: Path) -> None:
        write(tmp_path, "a.log", "keep.log", "logs/a.log", "logs/x.js", "api/b.log", "api/gen/c.js", "gen/c.js")
        ignore(tmp_path, "*.log", "!keep.log", "/gen/")
        ignore(tmp_path / "api", "!b.log")
        assert set(listed(tmp_path)) == {
            *(".gitignore", "api/.gitignore", "keep.log", "logs/x.js", "api/b.log", "api/gen/c.js"),
        }

    def test_a_folder_taken_back_does_not_take_back_the_files_in_it(self, tmp_path: Path) -> None:
        write(tmp_path, "a/logs/x.log", "a/logs/y.js")
        ignore(tmp_path, "*.log")
        ignore(tmp_path / "a", "!logs")
        assert set(listed(tmp_path)) == {".gitignore", "a/.gitignore", "a/logs/y.js"}

    def test_ignored_dotenv_files_are_local(self, tmp_path: Path) -> None:
        write(tmp_path, ".env", "apps/web/.env.local", "apps/web/.env", "envs/dev.env", "envs/x.js")
        write(tmp_path, "dist/.env", ".next/standalone/.env", "node_modules/p/.env", "vendor/p/.env")
        ignore(tmp_path, ".env", "*.local", "envs", "dist", ".next", "node_modules", "vendor")
        assert listed(tmp_path) == {
            ".env": True,
            ".gitignore": False,
            "apps/web/.env": True,
            "apps/web/.env.local": True,
            "envs/dev.env": True,
        }

    def test_packages_are_never_entered(self, tmp_path: Path) -> None:
        write(tmp_path, "node_modules/p/index.js", "apps/web/node_modules/p/index.js", ".venv/lib/x.py", ".git/config")
        write(tmp_path, "src/a.js")
        assert list(listed(tmp_path)) == ["src/a.js"]

    def test_rules_above_the_root_count_up_to_the_top(self, tmp_path: Path) -> None:
        (tmp_path / "top/.git").mkdir(parents=True)
        ignore(tmp_path, "*.js")
        ignore(tmp_path / "top", "gen/")
        ignore(tmp_path / "top/apps", "/web/a.ts")
        write(tmp_path / "top/apps/web", "a.ts", "b.ts", "c.js", "gen/d.ts")
        assert set(listed(tmp_path / "top/apps/web")) == {"b.ts", "c.js"}

    def test_an_ignored_root_is_listed_when_it_is_named(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        ignore(tmp_path, "samples/")
        write(tmp_path, "samples/one/src/a.ts", "samples/one/b.log")
        ignore(tmp_path / "samples/one", "*.log")
        assert set(listed(tmp_path / "samples/one")) == {".gitignore", "src/a.ts"}

    def test_other_repositories_inside_of_a_work_tree_are_left_out(self, tmp_path: Path) -> None:
        write(tmp_path, ".git/HEAD", "clone/.git/HEAD", "clone/a.js", "b.js")
        assert set(listed(tmp_path)) == {"b.js"}

    def test_a_folder_of_repositories_is_listed_by_the_rules_of_each(self, tmp_path: Path) -> None:
        write(tmp_path, "one/.git/HEAD", "one/a.js", "two/.git/HEAD", "two/a.js", "two/b.js")
        ignore(tmp_path, "b.js")
        ignore(tmp_path / "two", "a.js")
        assert set(listed(tmp_path)) == {".gitignore", "one/a.js", "two/.gitignore", "two/b.js"}

    def test_links_are_skipped_and_loops_end(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        write(outside, "secret.js")
        root = tmp_path / "root"
        write(root, "src/a.js")
        (root / "up").symlink_to("..")
        (root / "src/loop").symlink_to(".")
        (root / "src/b.js").symlink_to("a.js")
        (root / "src/c.js").symlink_to(outside / "secret.js")
        (root / "broken.js").symlink_to("nowhere")
        (root / "self.js").symlink_to("self.js")
        assert list(listed(root)) == ["src/a.js"]

    def test_pipes_are_not_listed(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / ".env")
        os.mkfifo(tmp_path / "a.js")
        assert listed(tmp_path) == {}

    @pytest.mark.parametrize("make", ["link", "pipe", "folder"])
    def test_a_gitignore_that_is_no_file_is_not_opened(self, tmp_path: Path, make: str) -> None:
        write(tmp_path / "outside", "rules", rules="*.js")
        root = tmp_path / "root"
        write(root, "a.js")
        target = root / ".gitignore"
        makers: dict[str, Callable[[], object]] = {
            "link": lambda: target.symlink_to(tmp_path / "outside/rules"),
            "pipe": lambda: os.mkfifo(target),
            "folder": target.mkdir,
        }
        makers[make]()
        found = discover(root, Config())
        assert [file.path for file in found.files] == ["a.js"]
        assert [(problem.code, problem.at.path) for problem in found.problems] == [("RT903", ".gitignore")]

    def test_an_empty_folder_and_a_missing_one(self, tmp_path: Path) -> None:
        assert discover(tmp_path, Config()).files == ()
        assert discover(tmp_path, Config()).problems == ()
        (problem,) = discover(tmp_path / "gone", Config()).problems
        assert (problem.code, problem.at.path) == ("RT903", ".")
        assert problem.message == "it can't be looked at: No such file or directory"

    def test_a_file_as_root_is_a_problem(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js")
        (problem,) = discover(tmp_path / "a.js", Config()).problems
        assert problem.message == "it can't be looked at: Not a directory"

    def test_an_unreadable_folder_is_a_problem(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "a.js", "closed/b.js")
        scandir = os.scandir

        def guarded(path: str) -> object:
            if path.endswith("closed"):
                raise PermissionError(13, "Permission denied", path)
            return scandir(path)

        monkeypatch.setattr(os, "scandir", guarded)
        found = discover(tmp_path, Config())
        assert [file.path for file in found.files] == ["a.js"]
        assert [(problem.at.path, problem.message) for problem in found.problems] == [
            ("closed", "it can't be looked at: Permission denied")
        ]

    def test_very_deep_folders(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        depth = 1500
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.js").touch()
        try:
            assert list(listed(tmp_path)) == ["d/" * depth + "a.js"]
        finally:
            Path("a.js").unlink()
            for _ in range(depth):
                os.chdir("..")
                Path("d").rmdir()

    def test_exclude_and_roles_come_from_the_configuration(self, tmp_path: Path) -> None:
        write(tmp_path, "a.js", "legacy/b.js", "legacy/keep.js", "tools/c.js")
        config = Config(exclude=("legacy/*", "!legacy/keep.js"), roles={"tools/**": "test", "*.js": "app"})
        assert set(listed(tmp_path, config)) == {"a.js", "legacy/keep.js", "tools/c.js"}
        roles = Config(roles={"*.js": "docs", "tools/**": "test"})
        assert [file.role for file in discover(tmp_path, roles).files] == ["docs", "docs", "docs", "test"]

    def test_names_that_are_not_utf8_can_be_stored_and_opened(self, tmp_path: Path) -> None:
        name = b"caf\xe9\\x41.js"
        (tmp_path / os.fsdecode(name)).write_bytes(b"content")
        (path,) = listed(tmp_path)
        assert path == "caf\\xe9\\\\x41.js"
        path.encode("utf-8")
        assert read_bytes(tmp_path, path) == b"content"

    def test_rules_match_names_byte_by_byte(self, tmp_path: Path) -> None:
        for name in (b"\xe9.js", b"\xc3\xa9.js", b"e.js"):
            (tmp_path / os.fsdecode(name)).touch()
        (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbf\xc3\xa9.js\r\n??.py\n?.js")
        assert set(listed(tmp_path)) == {".gitignore"}
        (tmp_path / ".gitignore").write_bytes(b"\xc3\xa9.js")
        assert set(listed(tmp_path)) == {".gitignore", "e.js", "\\xe9.js"}


@pytest.mark.parametrize(
    "name", ["a/b.js", "é", "a\\b", chr(0xDCE9), "a\\xe9", chr(0xDCE9) + "\\x41", chr(0xD800) + ".js", "漢"], ids=ascii
)
def test_printable_names_lead_back(name: str) -> None:
    printable(name).encode("utf-8")
    assert real_name(printable(name)) == name


class TestGitIgnore:
    @pytest.mark.parametrize(
        ("pattern", "path", "folder", "verdict"),
        [
            ("a.js", "x/a.js", False, True),
            ("/a.js", "x/a.js", False, None),
            ("x/a.js", "y/x/a.js", False, None),
            ("x/", "x", False, None),
            ("x/", "y/x", True, True),
            ("*", "a/b", False, True),
            ("a/*", "a/b/c", False, None),
            ("a/**", "a/b/c", False, True),
            ("**/c", "c", False, True),
            ("a/**/c", "a/c", False, True),
            ("a/**/c", "a/b/b/c", False, True),
            ("a**c", "a/c", False, None),
            ("a?c", "a/c", False, None),
            ("/a[!b]c", "a/c", False, None),
            ("a[b-d]e", "ace", False, True),
            ("a[^b-d]e", "ace", False, None),
            ("a[]]", "a]", False, True),
            ("a[!]]", "a]", False, None),
            ("a[[:digit:]x]", "a7", False, True),
            ("a[[:nonsense:]]", "a7", False, None),
            ("a[", "a[", False, None),
            ("a[z-a]", "az", False, None),
            ("a\\", "a\\", False, None),
            ("\\#a", "#a", False, True),
            ("\\!a", "!a", False, True),
            ("#a", "#a", False, None),
            ("!a", "a", False, False),
            ("!", "a", False, None),
            ("/", "a", True, None),
            ("a ", "a", False, True),
            ("a\\ ", "a ", False, True),
            ("a.js", "axjs", False, None),
            ("a\nb", "b", False, True),
            ("*.js\n!a.js", "a.js", False, False),
            ("", "a", False, None),
        ],
    )
    def test_verdicts(self, pattern: str, path: str, folder: bool, verdict: bool | None) -> None:
        assert GitIgnore(pattern.encode()).verdict(path, folder=folder) is verdict

    def test_patterns_that_make_other_engines_hang(self) -> None:
        rules = GitIgnore(b"a*" * 120 + b"b\n" + b"**/a/" * 300 + b"b")
        assert rules.verdict("a" * 255, folder=False) is None
        assert rules.verdict("a/" * 1000 + "c", folder=False) is None

    def test_patterns_longer_than_any_path_are_left_out(self) -> None:
        assert GitIgnore(b"a" * 5000 + b"\nb").verdict("b", folder=False) is True


@pytest.mark.usefixtures("no_git")
def test_rules_that_can_not_be_obeyed_are_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a.js")
    (tmp_path / ".gitignore").write_bytes(b"\n".join(b"%d" % n + b"?" * 2000 for n in range(900)))
    (problem,) = discover(tmp_path, Config()).problems
    assert (problem.code, problem.at.path) == ("RT905", ".gitignore")


class TestRead:
    def test_content(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"\xff\x00x")
        assert read_bytes(tmp_path, "a") == b"\xff\x00x"

    def test_the_limit_is_exact(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x" * MAX_FILE_BYTES)
        assert read_bytes(tmp_path, "a") == b"x" * MAX_FILE_BYTES
        (tmp_path / "a").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
        assert isinstance(read_bytes(tmp_path, "a"), Problem)

    def test_a_huge_file_is_not_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with (tmp_path / "big.js").open("wb") as file:
            file.truncate(100 << 20)
        monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
        problem = read_bytes(tmp_path, "big.js")
        assert isinstance(problem, Problem)
        assert (problem.code, problem.at.path) == ("RT905", "big.js")
        assert problem.message == "the file has 100.0 MiB and was not read; the limit is 2 MiB"

    def test_a_file_that_grows_while_it_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a").write_bytes(b"x" * (MAX_FILE_BYTES + 9))
        small = os.stat_result((stat.S_IFREG, 0, 0, 1, 0, 0, 3, 0, 0, 0))
        monkeypatch.setattr(os, "lstat", lambda _: small)
        problem = read_bytes(tmp_path, "a")
        assert isinstance(problem, Problem)
        assert problem.code == "RT905"

    @pytest.mark.parametrize("make", ["link", "pipe", "folder", "device"])
    def test_what_is_no_regular_file_is_not_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: str
    ) -> None:
        target = tmp_path / "a"
        (tmp_path / "real").touch()
        makers: dict[str, Callable[[], object]] = {
            "link": lambda: target.symlink_to("real"),
            "pipe": lambda: os.mkfifo(target),
            "folder": target.mkdir,
            "device": lambda: None,
        }
        makers[make]()
        root, name = (Path("/dev"), "zero") if make == "device" else (tmp_path, "a")
        monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
        problem = read_bytes(root, name)
        assert isinstance(problem, Problem)
        assert (problem.code, problem.message) == ("RT903", "this is no regular file")

    def test_a_file_that_can_not_be_opened(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a").touch()

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
        problem = read_bytes(tmp_path, "a")
        assert isinstance(problem, Problem)
        assert (problem.code, problem.message) == ("RT903", "the file can't be read: Permission denied")

    @pytest.mark.parametrize("path", ["gone", "a\0b", "x" * 5000])
    def test_names_that_lead_nowhere(self, tmp_path: Path, path: str) -> None:
        problem = read_bytes(tmp_path, path)
        assert isinstance(problem, Problem)
        assert problem.code == "RT903"


class TestHostileGit:
    """What git says is believed only as far as the file system agrees."""

    def test_paths_that_lead_out_of_the_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tmp_path / "root"
        write(tmp_path, "out.js", "elsewhere/x.js")
        write(root, "a.js", "sub/b.js")
        (root / "link").symlink_to(tmp_path / "elsewhere")
        names = ["a.js", "../out.js", f"{tmp_path}/out.js", "sub/../../out.js", "link/x.js", "gone.js", "sub", "./a.js"]
        script = "case $* in *ignored*) ;; *) printf '" + "\\0".join(names) + "\\0';; esac"
        fake_git(tmp_path / "bin", script, monkeypatch)
        assert list(listed(root)) == ["a.js"]

    def test_a_tracked_pipe_is_listed_and_then_can_not_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = tmp_path / "root"
        root.mkdir()
        os.mkfifo(root / ".env")
        fake_git(tmp_path / "bin", "printf '.env\\0'", monkeypatch)
        assert list(listed(root)) == [".env"]
        assert isinstance(read_bytes(root, ".env"), Problem)

    @pytest.mark.parametrize("script", ["exit 128", "kill -9 $$", "case $* in *ls-files*) exit 1;; esac"])
    def test_when_git_fails_the_folder_is_walked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
    ) -> None:
        root = tmp_path / "root"
        write(root, "a.js")
        fake_git(tmp_path / "bin", script, monkeypatch)
        assert list(listed(root)) == ["a.js"]

    def test_when_git_takes_too_long_the_folder_is_walked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = tmp_path / "root"
        write(root, "a.js")
        fake_git(tmp_path / "bin", "printf 'b.js\\0'; exec sleep 60", monkeypatch)
        monkeypatch.setattr("rtlint.discover.git.GIT_SECONDS", 0.01)
        assert list(listed(root)) == ["a.js"]

    @pytest.mark.parametrize("script", ["printf 'a.js\\0'", "exit 1", "exec sleep 60"])
    def test_where_programs_start_otherwise_git_answers_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
    ) -> None:
        """There is no `os.posix_spawn` on Windows."""
        fake_git(tmp_path / "bin", script, monkeypatch)
        root = tmp_path / "root"
        root.mkdir()
        monkeypatch.setattr("rtlint.discover.git.GIT_SECONDS", 0.1 if "sleep" in script else 30)
        found = run_git(str(root), "ls-files")
        monkeypatch.delattr(os, "posix_spawn")
        assert run_git(str(root), "ls-files") == found == (b"a.js\0" if "printf" in script else None)

    def test_a_program_that_can_not_be_started_gives_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake_git(tmp_path / "bin", "", monkeypatch)
        (tmp_path / "bin" / "git").write_bytes(b"\x7fELF, or so it says")
        root = tmp_path / "root"
        root.mkdir()
        assert run_git(str(root), "ls-files") is None
        monkeypatch.delattr(os, "posix_spawn")
        assert run_git(str(root), "ls-files") is None

    def test_git_gets_a_clean_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root, log = tmp_path / "root", tmp_path / "log"
        write(root, "a.js")
        monkeypatch.setenv("GIT_DIR", "/elsewhere")
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        fake_git(tmp_path / "bin", f"(echo git $*; env) >> {log}; printf 'a.js\\0'", monkeypatch)
        listed(root)
        lines = log.read_text(encoding="utf-8").splitlines()
        calls = [line for line in lines if line.startswith("git ")]
        safe = "git --no-pager -c core.fsmonitor=false -c core.hooksPath=/dev/null "
        assert all(call.startswith(safe) for call in calls)
        assert any(call.startswith(f"{safe}-C {root} ls-files -z ") for call in calls)
        own = {line for line in lines if line.startswith("GIT_")}
        assert own == {"GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL="}

    @pytest.mark.parametrize("entry", ["{root}", ".", "", "tools"])
    def test_a_git_of_the_repository_is_never_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
    ) -> None:
        root, mark = tmp_path / "root", tmp_path / "ran"
        for folder in (root, root / "tools"):
            write(folder, "git", git=f"#!/bin/sh\ntouch {mark}\n")
            (folder / "git").chmod(0o755)
        monkeypatch.chdir(root)
        monkeypatch.setenv("PATH", entry.format(root=root))
        listed(root)
        assert not mark.exists()


def tree(rng: random.Random, root: Path) -> list[Path]:
    """Write a random tree with .gitignore files, and return its folders."""
    folders = [root]
    for _ in range(rng.randint(2, 9)):
        folders.append(rng.choice(folders) / rng.choice(["a", "b", "ab", "src", "build", "c d", "é"]))
        folders[-1].mkdir(exist_ok=True)
    names = ["x.js", "a.ts", "b", "ab", "c d", "é", ".env", "a.env", ".env.local", ".env.example", ".ENV"]
    for folder in folders:
        for name in rng.sample(names, rng.randint(1, 5)):
            if not (folder / name).exists():
                (folder / name).touch()
        if rng.random() < 0.4:
            ignore(folder, *(pattern(rng) for _ in range(rng.randint(1, 5))))
    return folders


def pattern(rng: random.Random) -> str:
    odd = [
        "!",
        "/",
        "\\",
        "[",
        "[z-a]",
        "#x",
        "",
        "***",
        "**",
        "!/",
        "//",
        "a//b",
        "[]",
        "a[]]",
        "[[:alpha:]]",
        "a[!]]",
    ]
    parts = [
        "a",
        "b",
        "src",
        "build",
        "*",
        "**",
        "a*",
        "?",
        "[ab]",
        "[!a]",
        "x.js",
        "*.js",
        ".env",
        ".env*",
        "\\a",
        "é",
    ]
    if rng.random() < 0.1:
        return rng.choice(odd)
    text = "/".join(rng.choice(parts) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))
    text = "!" * (rng.random() < 0.3) + "/" * (rng.random() < 0.2) + text + "/" * (rng.random() < 0.3)
    return text + rng.choice(["", "", "", "", " ", "\\ ", "\r"])


@pytest.mark.real
@needs_git
@pytest.mark.usefixtures("own_home")
class TestWithGit:
    def test_tracked_files_that_a_rule_covers_are_listed(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, "gen/a.js", "gen/b.js", ".env", "c.js", "gone.js")
        ignore(tmp_path, "gen/", ".env")
        git(tmp_path, "add", "-f", "gen/a.js", "gone.js", ".gitignore")
        (tmp_path / "gone.js").unlink()
        assert listed(tmp_path) == {".env": True, ".gitignore": False, "c.js": False, "gen/a.js": False}

    def test_a_folder_below_the_top(self, tmp_path: Path) -> None:
        git(tmp_path, "init")
        write(tmp_path, "b.js", "apps/web/a.js", "apps/web/.env.local", "apps/web/.ENV")
        ignore(tmp_path, ".env*", ".ENV")
        assert listed(tmp_path / "apps/web") == {".ENV": True, ".env.local": True, "a.js": False}

    def test_submodules_are_listed_and_other_repositories_are_not(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        part, root = tmp_path / "part", tmp_path / "root"
        for folder in (part, root, root / "clone"):
            folder.mkdir()
            git(folder, "init")
            write(folder, "a.js", ".env")
            ignore(folder, ".env")
        git(part, "add", ".")
        git(part, "commit", "-m", "x")
        git(root, "submodule", "add", str(part), "web.app")
        write(root, "web.app/.env")
        found = listed(root)
        assert found == {
            ".env": True,
            ".gitignore": False,
            ".gitmodules": False,
            "a.js": False,
            "web.app/.env": True,
            "web.app/.gitignore": False,
            "web.app/a.js": False,
        }
        monkeypatch.setattr(discovery, "from_git", lambda *_: None)
        assert listed(root) == found

    def test_what_the_repository_configures_is_not_run(self, tmp_path: Path) -> None:
        root, mark = tmp_path / "root", tmp_path / "ran"
        root.mkdir()
        git(root, "init")
        write(root, "a.js", "hook.sh", **{"hook.sh": f"#!/bin/sh\ntouch {mark}\n"})
        (root / "hook.sh").chmod(0o755)
        git(root, "add", "a.js")
        git(root, "config", "core.fsmonitor", str(root / "hook.sh"))
        assert set(listed(root)) == {"a.js", "hook.sh"}
        assert not mark.exists()
        git(root, "ls-files", "-o")
        assert mark.exists(), "this version of git no longer runs the program: the test shows nothing"

    def test_names_that_are_not_utf8(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(tmp_path, "init")
        for name in (b"caf\xe9.js", b"a\\b.js", b"line\nend.js", b"tab\t.js"):
            (tmp_path / os.fsdecode(name)).touch()
        found = listed(tmp_path)
        assert list(found) == ["a\\\\b.js", "caf\\xe9.js", "line\nend.js", "tab\t.js"]
        monkeypatch.setattr(discovery, "from_git", lambda *_: None)
        assert listed(tmp_path) == found

    def test_the_walk_agrees_on_links_and_pipes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(tmp_path, "init")
        write(tmp_path, "src/a.js", "node_modules/p/a.js", "src/node_modules/p/a.js")
        (tmp_path / "up").symlink_to("..")
        (tmp_path / "b.js").symlink_to("src/a.js")
        os.mkfifo(tmp_path / "pipe.js")
        git(tmp_path, "add", "b.js", "node_modules")
        found = listed(tmp_path)
        assert list(found) == ["src/a.js"]
        monkeypatch.setattr(discovery, "from_git", lambda *_: None)
        assert listed(tmp_path) == found

    @pytest.mark.parametrize("seed", range(20))
    def test_the_walk_agrees_with_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        rng = random.Random(seed)
        roots = []
        for number in range(10):
            top = tmp_path / str(number)
            top.mkdir()
            git(top, "init")
            roots.append(rng.choice([top, top, rng.choice(tree(rng, top))]))
        by_git = [listed(root) for root in roots]
        monkeypatch.setattr(discovery, "from_git", lambda *_: None)
        assert [listed(root) for root in roots] == by_git
