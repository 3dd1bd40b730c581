import Foundation
import Store

extension AuthorizationRow {
    private static let viewers: [Caller: Int] = [.clientA: 200, .trainer: 200, .admin: 200]
    private static let exerciseBody = #"{"name":"New","type":"core","level":"power"}"#
    private static let anyVersion = ["If-Match": "*"]

    private static func url(
        _ pattern: String, _ id: @escaping @Sendable (TrainingThings) -> Int64
    ) -> @Sendable (World) -> String {
        { pattern.replacing("{id}", with: "\(id($0.training))") }
    }

    private static func missing(_ pattern: String) -> String { pattern.replacing("{id}", with: "999999") }

    private static func workout(_ world: World) -> String {
        #"{"name":"New","work":[{"exercises":[{"exercise":\#(world.training.shared)}]}]}"#
    }

    private static func time(_ world: World) -> String {
        #""starts_at":"\#(world.training.later)","duration_min":60"#
    }

    static let training = library + rules + plans + assignments + sessions + appointments

    // The library

    /// Trainers change their own exercises; the shared ones are the admins', and this is none.
    private static func ownExercise(
        _ method: String, _ tail: String, headers: [String: String] = [:], body: String? = nil
    ) -> AuthorizationRow {
        let route = "/api/v1/exercises/{id}" + tail
        return AuthorizationRow(
            method: method, route: route, url: url(route, \.exercise), missing: missing(route), headers: headers,
            body: body.map { text in { @Sendable (_: World) in text } }, scope: .trainingWrite,
            allowed: [.trainer: 200, .otherTrainer: 404, .formerTrainer: 404])
    }

    private static let library: [AuthorizationRow] = [
        .own("GET", "/api/v1/exercises", .trainingRead),
        AuthorizationRow(
            method: "POST", route: "/api/v1/exercises", url: { _ in "/api/v1/exercises" },
            body: { _ in exerciseBody }, scope: .trainingWrite, allowed: .trainers(201).merging([.admin: 201]) { $1 }),
        AuthorizationRow(
            method: "GET", route: "/api/v1/exercises/{id}", url: url("/api/v1/exercises/{id}", \.exercise),
            missing: "/api/v1/exercises/999999", scope: .trainingRead, allowed: viewers, otherwise: 404),
        ownExercise("PUT", "", headers: anyVersion, body: exerciseBody), ownExercise("POST", "/archive"),
        ownExercise("POST", "/restore"),
    ]

    // Rules

    /// What a trainer changed of the rules for client A.
    private static func changes(_ method: String, _ tail: String, body: String? = nil) -> AuthorizationRow {
        AuthorizationRow(
            method: method, route: "/api/v1/clients/{id}/rules" + tail,
            url: { "/api/v1/clients/\($0.id(.clientA))/rules" + tail }, missing: "/api/v1/clients/999999/rules" + tail,
            headers: method == "PUT" ? anyVersion : [:], body: body.map { text in { @Sendable (_: World) in text } },
            scope: method == "GET" ? .trainingRead : .trainingWrite,
            allowed: [.trainer: 200, .otherTrainer: 404, .formerTrainer: 404])
    }

    private static let rules: [AuthorizationRow] = [
        .own("GET", "/api/v1/rules", .trainingRead), changes("GET", ""), changes("GET", "/history"),
        changes("PUT", "", body: #"{"changes":[{"exercise":"squat","rule":"heel_rise","off":true}]}"#),
    ]

    // Workouts and programs

    private static func plan(
        _ method: String, _ route: String, _ id: @escaping @Sendable (TrainingThings) -> Int64, _ status: Int = 200,
        body: (@Sendable (World) -> String)? = nil
    ) -> AuthorizationRow {
        var allowed: [Caller: Int] = [.trainer: status, .otherTrainer: 404, .formerTrainer: 404]
        if method == "GET" { allowed[.admin] = 200 }
        return AuthorizationRow(
            method: method, route: route, url: url(route, id), missing: missing(route), headers: anyVersion,
            body: body, scope: method == "GET" ? .trainingRead : .trainingWrite, allowed: allowed)
    }

    private static func made(_ route: String, _ body: @escaping @Sendable (World) -> String) -> AuthorizationRow {
        AuthorizationRow(
            method: "POST", route: route, url: { _ in route }, body: body, scope: .trainingWrite,
            allowed: .trainers(201))
    }

    private static func listed(_ route: String) -> AuthorizationRow {
        AuthorizationRow(
            method: "GET", route: route, url: { _ in route }, scope: .trainingRead, allowed: .trainers(200))
    }

    private static let plans: [AuthorizationRow] = [
        listed("/api/v1/workouts"), made("/api/v1/workouts", workout),
        plan("GET", "/api/v1/workouts/{id}", \.workout),
        plan("PUT", "/api/v1/workouts/{id}", \.workout, body: workout),
        plan("POST", "/api/v1/workouts/{id}/copy", \.workout, 201),
        plan("POST", "/api/v1/workouts/{id}/archive", \.workout),
        plan("POST", "/api/v1/workouts/{id}/restore", \.workout),
        listed("/api/v1/programs"), made("/api/v1/programs") { _ in #"{"name":"New","workouts":[]}"# },
        plan("GET", "/api/v1/programs/{id}", \.program),
        plan("PUT", "/api/v1/programs/{id}", \.program) { _ in #"{"name":"New","workouts":[]}"# },
        plan("POST", "/api/v1/programs/{id}/copy", \.program, 201),
        plan("POST", "/api/v1/programs/{id}/archive", \.program),
        plan("POST", "/api/v1/programs/{id}/restore", \.program),
        plan("GET", "/api/v1/programs/{id}/sheet", \.program),
        made("/api/v1/imports") { _ in
            #"{"file":"a.csv","text":"Exercise,Classification,Page,Week 1,Week 2,Week 3,Make it easier,"#
                + #"Make it harder\nNew,,,2 x 5,,,,\n"}"#
        },
    ]

    // What is due

    private static func ofClient(_ tail: String) -> AuthorizationRow {
        AuthorizationRow(
            method: "GET", route: "/api/v1/clients/{id}/" + tail,
            url: { world in
                "/api/v1/clients/\(world.id(.clientA))/"
                    + tail.replacing("{exercise}", with: "\(world.training.exercise)")
            }, missing: "/api/v1/clients/999999/" + tail.replacing("{exercise}", with: "1"), scope: .trainingRead,
            allowed: viewers, otherwise: 404)
    }

    private static let assignments: [AuthorizationRow] = [
        AuthorizationRow(
            method: "POST", route: "/api/v1/assignments", url: { _ in "/api/v1/assignments" },
            body: { world in
                let day = world.training.later.prefix(10)
                return #"{"program":\#(world.training.program),"client":\#(world.id(.clientA)),"starts_on":"\#(day)"}"#
            }, scope: .trainingWrite, allowed: [.trainer: 201, .otherTrainer: 422, .formerTrainer: 422]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/assignments/{id}", url: url("/api/v1/assignments/{id}", \.assignment),
            missing: "/api/v1/assignments/999999", scope: .trainingRead, allowed: viewers, otherwise: 404),
        AuthorizationRow(
            method: "POST", route: "/api/v1/assignments/{id}/end",
            url: url("/api/v1/assignments/{id}/end", \.assignment), missing: "/api/v1/assignments/999999/end",
            scope: .trainingWrite, allowed: [.trainer: 200, .otherTrainer: 404, .formerTrainer: 404]),
        ofClient("assignments"), ofClient("today"), ofClient("calendar"), ofClient("training-sessions"),
        ofClient("records"), ofClient("exercises/{exercise}/progress"),
    ]

    // Sessions

    private static func logged(
        _ method: String, _ tail: String, _ body: (@Sendable (World) -> String)? = nil
    ) -> AuthorizationRow {
        let route = "/api/v1/training-sessions/{id}" + tail
        return AuthorizationRow(
            method: method, route: route,
            url: { world in
                url(route, \.session)(world).replacing("{exercise}", with: "\(world.training.sessionExercise)")
                    .replacing("{number}", with: "1")
            },
            missing: missing(route).replacing("{exercise}", with: "1").replacing("{number}", with: "1"),
            headers: anyVersion, body: body, scope: .trainingWrite,
            allowed: [.trainer: 200, .clientA: 200, .admin: 403], otherwise: 404)
    }

    private static let sessions: [AuthorizationRow] = [
        AuthorizationRow(
            method: "POST", route: "/api/v1/training-sessions", url: { _ in "/api/v1/training-sessions" },
            body: { #"{"name":"New","participants":[\#($0.id(.clientA))]}"# }, scope: .trainingWrite,
            allowed: [.trainer: 201, .clientA: 201, .clientB: 422, .otherTrainer: 422, .formerTrainer: 422]),
        AuthorizationRow(
            method: "GET", route: "/api/v1/training-sessions/{id}",
            url: url("/api/v1/training-sessions/{id}", \.session), missing: "/api/v1/training-sessions/999999",
            scope: .trainingRead, allowed: viewers, otherwise: 404),
        logged("PATCH", "") { _ in #"{"notes":"New"}"# }, logged("POST", "/finish"),
        logged("POST", "/exercises") { #"{"exercise":\#($0.training.shared)}"# },
        logged("PUT", "/exercises/{exercise}/status") { _ in #"{"status":"skipped"}"# },
        logged("POST", "/exercises/{exercise}/swap") { #"{"exercise":\#($0.training.shared)}"# },
        logged("PUT", "/exercises/{exercise}/sets/{number}") { _ in #"{"reps":3}"# },
        logged("DELETE", "/exercises/{exercise}/sets/{number}"),
        logged("PUT", "/exercises/{exercise}/sets/{number}/clip") {
            #"{"clip":"\#($0.clip.uuidString.lowercased())"}"#
        },
    ]

    // Appointments

    private static func hours(
        _ method: String, _ status: Int, _ body: (@Sendable (World) -> String)? = nil
    ) -> AuthorizationRow {
        let route = "/api/v1/availability/{id}"
        return AuthorizationRow(
            method: method, route: route, url: url(route, \.availability), missing: missing(route),
            headers: anyVersion, body: body, scope: .trainingWrite,
            allowed: [.trainer: status, .otherTrainer: 404, .formerTrainer: 404])
    }

    private static func booking(
        _ method: String, _ tail: String, _ body: (@Sendable (World) -> String)? = nil
    ) -> AuthorizationRow {
        let route = "/api/v1/bookings/{id}" + tail
        let isRead = method == "GET"
        return AuthorizationRow(
            method: method, route: route, url: url(route, \.booking), missing: missing(route), headers: anyVersion,
            body: body, scope: isRead ? .trainingRead : .trainingWrite,
            allowed: [.trainer: 200, .clientA: 200, .admin: isRead ? 200 : 403], otherwise: 404)
    }

    private static let week =
        #"{"time_zone":"UTC","weekday":1,"starts":"09:00","ends":"10:00","from":"2026-01-01"}"#

    private static let appointments: [AuthorizationRow] = [
        listed("/api/v1/availability"), made("/api/v1/availability") { _ in week }, hours("PUT", 200) { _ in week },
        hours("DELETE", 204),
        AuthorizationRow(
            method: "GET", route: "/api/v1/trainers/{id}/free-times",
            url: { "/api/v1/trainers/\($0.id(.trainer))/free-times" },
            missing: "/api/v1/trainers/999999/free-times", scope: .trainingRead, allowed: viewers, otherwise: 404),
        .own("GET", "/api/v1/bookings", .trainingRead),
        AuthorizationRow(
            method: "POST", route: "/api/v1/bookings", url: { _ in "/api/v1/bookings" },
            body: { #"{"client":\#($0.id(.clientA)),"trainer":\#($0.id(.trainer)),\#(time($0))}"# },
            scope: .trainingWrite,
            allowed: [.trainer: 201, .clientA: 201, .clientB: 422, .otherTrainer: 422, .formerTrainer: 422]),
        booking("GET", ""), booking("POST", "/move") { "{\(time($0))}" }, booking("POST", "/cancel"),
        .own("POST", "/api/v1/calendar-feed", nil, 201), .own("DELETE", "/api/v1/calendar-feed", nil, 204),
        .open(
            "GET", "/calendar/{secret}", 404, url: "/calendar/" + String(repeating: "0", count: 64)),
    ]
}
