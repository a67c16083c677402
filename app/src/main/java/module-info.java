/// The command line, reports and pages of inkling.
module inkling.app {
    requires inkling.core;
    requires static org.jspecify;
    requires info.picocli;
    requires org.commonmark;
    requires org.commonmark.ext.gfm.tables;

    opens inkling.app to
            info.picocli;
    opens inkling.app.command to
            info.picocli;
    opens inkling.app.handbook to
            info.picocli;
    opens inkling.app.lab to
            info.picocli;
    opens inkling.app.look to
            info.picocli;
    opens inkling.app.machine to
            info.picocli;
    opens inkling.app.plan to
            info.picocli;
    opens inkling.app.profile to
            info.picocli;
}
